import t from 'tap'
import { routeOf } from '../../fixtures/hop-room.js'
import { requestHead } from '../../fixtures/heads.js'
import { linkNeeds } from '../../lib/exchange/link-needs.js'

for (const [what, line, lines, options, again, sharers, repeatable] of [
  ['a GET', 'GET / HTTP/1.1', [], 'pipelining=8', false, 8, true],
  ['a HEAD', 'HEAD / HTTP/1.1', [], 'pipelining=8', false, 8, true],
  ['a GET of a route without pipelining', 'GET / HTTP/1.1', [], '', false, 0, true],
  ['a GET of a route with retry=off', 'GET / HTTP/1.1', [], 'pipelining=8 retry=off', false, 0, true],
  ['a GET of a route with max-conns=', 'GET / HTTP/1.1', [], 'pipelining=8 max-conns=9', false, 0, true],
  ['a GET that gets Authorization', 'GET / HTTP/1.1', [], 'pipelining=8 req:authorization=a', false, 0, true],
  ['a GET that gets a Cookie more', 'GET / HTTP/1.1', [], 'pipelining=8 req:+Cookie=a', false, 0, true],
  ['a GET that would lose a Cookie', 'GET / HTTP/1.1', [], 'pipelining=8 req:-Cookie', false, 8, true],
  ['a GET that gets another field', 'GET / HTTP/1.1', [], 'pipelining=8 req:X-Range=a', false, 8, true],
  [
    'a GET that names Cookie in another field',
    'GET / HTTP/1.1',
    ['X-Cookie: cookie:'],
    'pipelining=8',
    false,
    8,
    true,
  ],
  ['a GET that starts over', 'GET / HTTP/1.1', [], 'pipelining=8', true, 0, true],
  ['a POST', 'POST / HTTP/1.1', [], 'pipelining=8', false, 0, false],
  ['a DELETE', 'DELETE / HTTP/1.1', [], 'pipelining=8', false, 0, true],
  ['an OPTIONS', 'OPTIONS / HTTP/1.1', [], 'pipelining=8', false, 0, true],
  ['a GET with a body', 'GET / HTTP/1.1', ['Content-Length: 1'], 'pipelining=8', false, 0, true],
  ['a GET with chunks', 'GET / HTTP/1.1', ['Transfer-Encoding: chunked'], 'pipelining=8', false, 0, true],
  ['a GET with a Cookie', 'GET / HTTP/1.1', ['Cookie: a'], 'pipelining=8', false, 0, true],
  ['a GET with Authorization', 'GET / HTTP/1.1', ['authorization: a'], 'pipelining=8', false, 0, true],
  ['a GET with a Range', 'GET / HTTP/1.1', ['RANGE: bytes=0-'], 'pipelining=8', false, 0, true],
  ['a GET with Expect', 'GET / HTTP/1.1', ['Expect: 100-continue'], 'pipelining=8', false, 0, true],
  [
    'a GET with Upgrade',
    'GET / HTTP/1.1',
    ['Connection: upgrade', 'Upgrade: x'],
    'pipelining=8',
    false,
    0,
    true,
  ],
] as [string, string, string[], string, boolean, number, boolean][]) {
  t.test(`${what} ${sharers > 0 ? 'may share a connection' : 'has a connection alone'}`, (t) => {
    const head = requestHead(line, 'Host: a.test', ...lines)
    t.strictSame(linkNeeds(head, routeOf(`* -> :1 ${options}`), again), { repeatable, fresh: again, sharers })
    t.end()
  })
}
