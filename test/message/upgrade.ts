import t from 'tap'
import { requestHead, responseHead } from '../../fixtures/heads.js'
import { askedUpgrade, protocols, switchesAsAsked } from '../../lib/message/upgrade.js'

const get = 'GET /chat HTTP/1.1'
const asking = ['Connection: Upgrade', 'Upgrade: websocket']

/** What is asked for, what the request holds, and what goes upstream where WebSocket and where anything may pass. */
const cases: readonly (readonly [string, string, readonly string[], string, string])[] = [
  ['a WebSocket', get, asking, 'websocket', 'websocket'],
  ['in capitals', get, ['CONNECTION: UPGRADE', 'UPGRADE: WebSocket'], 'websocket', 'WebSocket'],
  ['among others', get, ['Connection: upgrade', 'Upgrade: h2c, websocket'], 'websocket', 'h2c, websocket'],
  ['in a second line', get, [...asking, 'Upgrade: h2c'], 'websocket', 'websocket, h2c'],
  [
    'with keep-alive',
    get,
    ['Connection: keep-alive, Upgrade', 'Upgrade: websocket'],
    'websocket',
    'websocket',
  ],
  ['h2c alone', get, ['Connection: Upgrade', 'Upgrade: h2c'], '', 'h2c'],
  ['a name that only begins so', get, ['Connection: Upgrade', 'Upgrade: websocket2'], '', 'websocket2'],
  ['a version of it', get, ['Connection: Upgrade', 'Upgrade: websocket/13'], '', 'websocket/13'],
  ['HTTP/1.0', 'GET /chat HTTP/1.0', asking, '', ''],
  ['POST without content', 'POST /chat HTTP/1.1', asking, '', 'websocket'],
  ['HEAD', 'HEAD /chat HTTP/1.1', asking, '', 'websocket'],
  ['a body of a length', get, [...asking, 'Content-Length: 1'], '', ''],
  ['a body of no bytes', get, [...asking, 'Content-Length: 0'], 'websocket', 'websocket'],
  ['a chunked body', get, [...asking, 'Transfer-Encoding: chunked'], '', ''],
  ['no word of it in Connection', get, ['Connection: keep-alive', 'Upgrade: websocket'], '', ''],
  ['no Connection', get, ['Upgrade: websocket'], '', ''],
  ['no Upgrade', get, ['Connection: Upgrade'], '', ''],
  ['an empty Upgrade', get, ['Connection: Upgrade', 'Upgrade:'], '', ''],
]

for (const [what, requestLine, lines, websocket, any] of cases) {
  t.test(`RFC 9110 section 7.8: of a request with ${what}, "${websocket}" is asked for upstream`, (t) => {
    const head = requestHead(requestLine, 'Host: a.test', ...lines)
    t.equal(askedUpgrade(head, 'websocket'), websocket)
    t.equal(askedUpgrade(head, 'any'), any, 'upgrade=any')
    t.equal(askedUpgrade(head, 'none'), '', 'upgrade=none')
    t.end()
  })
}

for (const [lines, asked, switches] of [
  [['Upgrade: websocket'], 'websocket', true],
  [['upgrade: WebSocket'], 'websocket', true],
  [['Upgrade: h2c'], 'h2c, foo/2', true],
  [['Upgrade: FOO/2'], 'h2c, foo/2', true],
  [['Upgrade: h2c'], 'websocket', false],
  [['Upgrade: websocket, h2c'], 'websocket, h2c', false],
  [['Upgrade: websocket', 'Upgrade: websocket'], 'websocket', false],
  [['Upgrade:'], 'websocket', false],
  [[], 'websocket', false],
  [['Upgrade: websocket'], '', false],
] as const) {
  t.test(`a 101 with ${lines.join(', ') || 'nothing'}, where "${asked}" was asked for: ${switches}`, (t) => {
    const head = responseHead('HTTP/1.1 101 Switching Protocols', ['Connection: Upgrade', ...lines])
    t.equal(switchesAsAsked(head, asked), switches)
    t.end()
  })
}

t.test('the protocols of a list are its members without case, blanks and empty ones', (t) => {
  t.strictSame(protocols(' , WebSocket ,\tH2C,foo/2 ,, '), ['websocket', 'h2c', 'foo/2'])
  t.strictSame(protocols(''), [])
  t.end()
})
