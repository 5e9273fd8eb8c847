import t from 'tap'
import { shopRoute } from '../../fixtures/failure-reports.js'
import { requestHead } from '../../fixtures/heads.js'
import { written } from '../../fixtures/parsed-messages.js'
import type { Downstream } from '../../lib/exchange/downstream.js'
import { ownAnswer, writeOwnAnswer, type OwnAnswer } from '../../lib/exchange/own-answer.js'
import type { Outbox } from '../../lib/message/outbox.js'
import type { Redirect, RouteOptions, StaticAnswer } from '../../lib/routes/route.js'
import type { Template } from '../../lib/routes/template.js'

const head = (method = 'GET', target = '/shop/a//b?q=1') =>
  requestHead(`${method} ${target} HTTP/1.1`, 'Host: a.test')
const text = (content: string, status = 200): StaticAnswer => ({
  kind: 'answer',
  status,
  contentType: 'text/x',
  content: Buffer.from(content),
})
const redirect = (...location: Template): Redirect => ({ kind: 'redirect', status: 308, location })

/** The head of an answer with its date as NOW, and its content. */
function answerOf(target: StaticAnswer | Redirect, request = head(), options: RouteOptions = {}): string {
  const { head, content, status } = ownAnswer(shopRoute({ target, options }), target, request)
  t.equal(status, target.status)
  return head.replace(/^Date: \w{3}, .* GMT\r$/m, 'Date: NOW\r') + content.toString('latin1')
}

const described = (length: number): string =>
  `Date: NOW\r\nContent-Type: text/x\r\nContent-Length: ${length}\r\n`

for (const [what, target, method, wanted] of [
  ['a text', text('ok'), 'GET', `HTTP/1.1 200 OK\r\n${described(2)}ok`],
  ['a text, to POST', text('ok'), 'POST', `HTTP/1.1 200 OK\r\n${described(2)}ok`],
  ['a text, to HEAD', text('ok'), 'HEAD', `HTTP/1.1 200 OK\r\n${described(2)}`],
  ['bytes beyond ASCII', text('é'), 'GET', `HTTP/1.1 200 OK\r\n${described(2)}\xc3\xa9`],
  ['an empty text', text(''), 'GET', `HTTP/1.1 200 OK\r\n${described(0)}`],
  ['an error', text('no', 503), 'GET', `HTTP/1.1 503 Service Unavailable\r\n${described(2)}no`],
  ['a status without a name', text('', 299), 'GET', `HTTP/1.1 299 \r\n${described(0)}`],
  ['204', text('', 204), 'GET', 'HTTP/1.1 204 No Content\r\nDate: NOW\r\n'],
  ['304', text('', 304), 'GET', 'HTTP/1.1 304 Not Modified\r\nDate: NOW\r\n'],
] as const) {
  t.test(`RFC 9110 section 8.6: the answer of a route with ${what}`, (t) => {
    t.equal(answerOf(target, head(method)), wanted)
    t.end()
  })
}

const [rest, query] = [{ capture: 'rest' }, { capture: 'query' }]

for (const [target, location] of [
  [redirect('https://b.test/x'), 'https://b.test/x'],
  [redirect('https://b.test/x', rest, query), 'https://b.test/x/a//b?q=1'],
  [redirect('/x', rest), '/x/a//b'],
  [redirect('/', rest), '/a//b'],
  [redirect('/\\', rest), '/a//b'],
  [redirect('//', rest), '/a//b'],
  [redirect('/'), '/'],
  [redirect('/a"<b>\\^`{|}%41', query), '/a%22%3Cb%3E%5C%5E%60%7B%7C%7D%41?q=1'],
] as const) {
  t.test(`a redirect to ${JSON.stringify(target.location)} leads to ${location}`, (t) => {
    const lines = `Date: NOW\r\nLocation: ${location}\r\nContent-Length: 0\r\n`
    for (const method of ['GET', 'HEAD', 'POST']) {
      t.equal(answerOf(target, head(method)), `HTTP/1.1 308 Permanent Redirect\r\n${lines}`)
    }
    t.end()
  })
}

t.test('the fields of an answer are changed as the route says', (t) => {
  const options: RouteOptions = {
    responseEdits: [
      { action: 'remove', name: 'date', value: [] },
      { action: 'set', name: 'Content-Type', value: ['text/y'] },
      { action: 'add', name: 'X-Rest', value: [rest] },
    ],
  }
  const lines = 'Content-Length: 2\r\nContent-Type: text/y\r\nX-Rest: /a//b\r\n'
  t.equal(answerOf(text('ok'), head(), options), `HTTP/1.1 200 OK\r\n${lines}ok`)
  t.end()
})

for (const [persists, minorVersion, connection] of [
  [true, 1, ''],
  [true, 0, 'Connection: keep-alive\r\n'],
  [false, 1, 'Connection: close\r\n'],
  [false, 0, 'Connection: close\r\n'],
] as const) {
  t.test(`an answer is written with "${connection.trim()}", and its content is not copied`, (t) => {
    const wire: (string | Buffer)[] = []
    const downstream = {
      write: (out: Outbox) => wire.push(written(out)) > 0,
      writeLasting: (bytes: Buffer) => wire.push(bytes),
    } as unknown as Downstream
    const answer: OwnAnswer = { status: 200, head: 'HTTP/1.1 200 OK\r\nA: 1\r\n', content: Buffer.from('ok') }
    writeOwnAnswer(answer, downstream, persists, minorVersion)
    t.equal(wire[0], `HTTP/1.1 200 OK\r\nA: 1\r\n${connection}\r\n`)
    t.equal(wire[1], answer.content)
    writeOwnAnswer({ ...answer, content: Buffer.alloc(0) }, downstream, persists, minorVersion)
    t.equal(wire.length, 3, 'no content is no write')
    t.end()
  })
}
