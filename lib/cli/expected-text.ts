import type { ExpectedExchange, ExpectedOrigin } from '../exchange/expected-exchange.js'
import type { LeavingLine, LeavingRequest, LineAuthor } from '../exchange/leaving-request.js'
import type { OwnAnswer } from '../exchange/own-answer.js'
import type { Origin } from '../routes/route.js'
import type { Paint } from './paint.js'
import { rows, shown, shownOctets, type Row } from './text-layout.js'

/** What becomes of a request, for people. */
export function expectedLines(expected: ExpectedExchange, paint: Paint): string[] {
  if (expected.kind === 'refused') return []
  if (expected.kind === 'answered') return answerLines(expected.answer, paint)
  const { request, origins } = expected
  return [
    ...leavingLines(request, paint),
    '',
    paint.bold(origins.length === 1 ? 'goes to' : 'goes to one of'),
    ...rows(originRows(origins), paint),
  ]
}

function leavingLines(request: LeavingRequest, paint: Paint): string[] {
  const { requestLine, targetAuthor, lines, removed, origin } = request
  const line: LeavingLine = { text: requestLine, author: targetAuthor }
  return [
    '',
    `${paint.bold('leaves as')} ${paint.dim(`for ${shown(origin.text)}`)}`,
    ...[line, ...lines].map(({ text, author }) => leavingLine(author, shownOctets(text), paint)),
    ...removed.map(({ name, author }) =>
      leavingLine(author, paint.dim(`without ${shownOctets(name)}`), paint),
    ),
  ]
}

/** Whose line it is stands in front: nothing for those of the request. */
function leavingLine(author: LineAuthor, text: string, paint: Paint): string {
  const label = (author === 'request' ? '' : author).padEnd('gateway'.length)
  return `  ${author === 'route' ? paint.cyan(label) : paint.dim(label)}  ${text}`
}

function originRows(origins: readonly ExpectedOrigin[]): Row[] {
  const sum = origins.reduce((all, { origin }) => all + (origin.backup ? 0 : origin.weight), 0)
  return origins.map(({ origin, host }): Row => {
    const asked = host === origins[0]?.host ? '' : `Host: ${shownOctets(host)}`
    const facts = [shareText(origin, origins.length, sum), ...tlsFacts(origin), asked]
    return [shown(origin.text), facts.filter((one) => one !== '').join(', ')]
  })
}

function shareText({ backup, weight }: Origin, count: number, sum: number): string {
  if (backup) return 'backup'
  return count === 1 ? '' : `weight ${weight} of ${sum}`
}

function tlsFacts({ tls }: Origin): string[] {
  const facts: string[] = []
  if (tls?.insecure) facts.push('any certificate will do')
  if (tls?.serverName !== undefined) facts.push(`asked as ${shown(tls.serverName)}`)
  if (tls?.ca !== undefined) facts.push('its certificate is checked against a file')
  return facts
}

const maxContent = 200

function answerLines(answer: OwnAnswer, paint: Paint): string[] {
  const [statusLine = '', ...lines] = ownLines(answer)
  return [
    '',
    paint.bold('answered by the gateway'),
    ...[statusLine, ...lines].map((line) => `  ${shownOctets(line)}`),
    ...contentLines(answer, paint),
  ]
}

/** Without the moment at which it is given. */
export function ownLines({ head }: OwnAnswer): string[] {
  return head.split('\r\n').filter((line) => line !== '' && !/^date:/i.test(line))
}

/** Whether the content of an answer is text that people can be shown. */
export function isText({ head }: OwnAnswer): boolean {
  return /^content-type:[ \t]*(?:text\/|message\/http|application\/(?:json|xml))/im.test(head)
}

function contentLines(answer: OwnAnswer, paint: Paint): string[] {
  const { content } = answer
  if (content.length === 0) return []
  if (!isText(answer)) return [paint.dim(`  and ${content.length} bytes of content`)]
  const text = content.toString('utf8', 0, 4 * maxContent).slice(0, maxContent)
  const more = Buffer.byteLength(text) < content.length ? ['  …'] : []
  const lines = text.replace(/\n$/, '').replaceAll('\t', ' ').split(/\r?\n/)
  return ['', ...lines.map((line) => `  ${shown(line)}`), ...more]
}
