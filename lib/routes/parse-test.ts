import type { Token } from './lex.js'
import type { MatchKey } from './match-key.js'
import { isWrong } from './option-values.js'
import { parseMethods } from './parse-methods.js'
import { withoutCaptures } from './parse-template.js'
import { parseRequestUrl } from './request-url.js'
import type { Expectation, RouteTest } from './route-test.js'
import type { SourceLine } from './routes-file.js'

const testForm = 'a test is: ? GET http://a.test/path => name'

/** Reads a test. @param tokens the first is `?` @returns undefined if something in it was reported as wrong */
export function parseTest(tokens: readonly Token[], line: SourceLine): RouteTest | undefined {
  const [mark, method, url] = tokens as readonly [Token, ...Token[]]
  const arrow = tokens.findIndex((token) => token.text === '=>' && token.quoted !== true)
  if (arrow === -1)
    return refuse(tokens.at(-1) as Token, line, 'the arrow "=>" of the test is missing', testForm)
  if (arrow < 3 || method === undefined || url === undefined) {
    return refuse(mark, line, 'method and URL of the test are missing', testForm)
  }
  if (!tokens.every((token) => token.spoilt !== true && withoutCaptures(token, line))) return undefined
  const key = parseKey(method, url, tokens.slice(3, arrow), line)
  const [wanted, ...rest] = tokens.slice(arrow + 1)
  if (wanted === undefined) {
    return refuse(
      tokens[arrow] as Token,
      line,
      'what the test expects is missing',
      'write the name of a route, or a status',
    )
  }
  const expected = parseExpected(wanted, rest, line)
  if (key === undefined || expected === undefined) return undefined
  const request = tokens
    .slice(1, arrow)
    .map(({ text }) => text)
    .join(' ')
  const [urlPlace, place] = [line.place(url), line.place(wanted)]
  return { key, request, expected, urlPlace, place, lineText: line.text }
}

function refuse(token: Token, line: SourceLine, message: string, help: string): undefined {
  line.error(token, message, help)
}

function parseKey(
  method: Token,
  urlToken: Token,
  fields: readonly Token[],
  line: SourceLine,
): RouteTest['key'] | undefined {
  const [name, another] = parseMethods(method, line) ?? []
  if (another !== undefined) line.error(method, 'a test has one method', 'write a test for each')
  const url = parseRequestUrl(urlToken.text)
  if (isWrong(url)) line.error(urlToken, ...url)
  const values = parseFields(fields, line)
  if (name === undefined || another !== undefined || isWrong(url) || values === undefined) return undefined
  const { host, listenerPort, path, query } = url
  return { method: name, host, listenerPort, path, query, fields: values }
}

/** RFC 9110 section 5.6.2, and a value without control characters. */
const field = /^header:([A-Za-z0-9!#$%&'*+.^_`|~-]+)=([^\p{Cc}]*)$/u

function parseFields(tokens: readonly Token[], line: SourceLine): MatchKey['fields'] {
  const values = new Map<string, string[]>()
  let sound = true
  for (const token of tokens) {
    const [, name = '', value = ''] = field.exec(token.text) ?? []
    const lower = name.toLowerCase()
    if (name === '' || lower === 'host') {
      sound = false
      line.error(token, ...fieldMistake(token.text, lower))
    }
    // Routes files are UTF-8, and fields are compared as octets.
    const octets = Buffer.from(value.trim(), 'utf8').toString('latin1')
    values.set(lower, [...(values.get(lower) ?? []), octets])
  }
  return sound ? { valuesOf: (name) => values.get(name.toLowerCase()) ?? [] } : undefined
}

function fieldMistake(text: string, name: string): [message: string, help: string] {
  if (name === 'host') return ['the host of a test stands in its URL', 'leave the field out']
  return [`"${text}" is no field of a request`, 'write header:Name=value, and what is expected behind =>']
}

function parseExpected(wanted: Token, rest: readonly Token[], line: SourceLine): Expectation | undefined {
  const status =
    wanted.quoted !== true && /^[1-5][0-9]{2}$/.test(wanted.text) ? Number(wanted.text) : undefined
  const [location] = rest
  const surplus = rest[status === undefined ? 0 : 1]
  if (surplus !== undefined) {
    return refuse(
      surplus,
      line,
      'a test expects one thing',
      'write the name of a route, a status, or a status and a URL',
    )
  }
  if (status === undefined) return { kind: 'route', name: wanted.text }
  return { kind: 'answer', status, location: location?.text }
}
