import t from 'tap'
import { responseHead } from '../../fixtures/heads.js'
import { between, request, response } from '../../fixtures/exchanges.js'
import { originKeepMs } from '../../lib/hop/origin-keep.js'

const idle = 4_000

for (const [what, statusLine, lines, keepMs] of [
  ['HTTP/1.1 with a length', 'HTTP/1.1 200 OK', ['Content-Length: 0'], idle],
  ['a chunked body', 'HTTP/1.1 200 OK', ['Transfer-Encoding: chunked'], idle],
  ['no body at all', 'HTTP/1.1 204 No Content', [], idle],
  ['Connection: close', 'HTTP/1.1 200 OK', ['Content-Length: 0', 'Connection: close'], 0],
  ['a body that the end delimits', 'HTTP/1.1 200 OK', [], 0],
  ['HTTP/1.0', 'HTTP/1.0 200 OK', ['Content-Length: 0'], 0],
  ['HTTP/1.0 with keep-alive', 'HTTP/1.0 200 OK', ['Content-Length: 0', 'Connection: keep-alive'], idle],
  ['a timeout of 3 s', 'HTTP/1.1 200 OK', ['Content-Length: 0', 'Keep-Alive: timeout=3'], 2_000],
  ['a timeout in capitals', 'HTTP/1.1 200 OK', ['Content-Length: 0', 'Keep-Alive: TIMEOUT=3'], 2_000],
  ['a timeout after max', 'HTTP/1.1 200 OK', ['Content-Length: 0', 'Keep-Alive: max=9, timeout=2'], 1_000],
  ['a longer timeout than ours', 'HTTP/1.1 200 OK', ['Content-Length: 0', 'Keep-Alive: timeout=60'], idle],
  ['a timeout that is none', 'HTTP/1.1 200 OK', ['Content-Length: 0', 'Keep-Alive: timeout=soon'], idle],
  ['another parameter', 'HTTP/1.1 200 OK', ['Content-Length: 0', 'Keep-Alive: xtimeout=2'], idle],
  ['max alone', 'HTTP/1.1 200 OK', ['Content-Length: 0', 'Keep-Alive: max=100'], idle],
] as const) {
  t.test(`after ${what} the origin's connection is kept for ${keepMs} ms (RFC 9112 section 9.3)`, (t) => {
    t.equal(originKeepMs(responseHead(statusLine, lines), idle), keepMs)
    t.end()
  })
}

for (const seconds of [0, 1]) {
  t.test(`after a timeout of ${seconds} s, less the second before it, it goes on but is not kept`, (t) => {
    const head = responseHead('HTTP/1.1 200 OK', ['Content-Length: 0', `Keep-Alive: timeout=${seconds}`])
    t.equal(originKeepMs(head, idle), -1)
    t.end()
  })
}

for (const [line, connections] of [
  ['Keep-Alive: timeout=5', 1],
  ['Keep-Alive: timeout=1', 2],
  ['Connection: close', 2],
] as const) {
  t.test(`two requests to an origin that says ${line} go over ${connections}`, async (t) => {
    const serve = async (peer: { takeThrough(text: string): Promise<string>; send(text: string): void }) => {
      for (;;) {
        await peer.takeThrough('\r\n\r\n')
        peer.send(response('ok', '200 OK', line))
      }
    }
    const { client, origin, gateway } = await between(t, { serve })
    for (let i = 0; i < 2; i++) {
      client.send(request())
      t.notMatch(await client.takeThrough('\r\n\r\nok'), 'Keep-Alive', 'it is a word for this hop')
    }
    t.equal(origin.peers.length, connections)
    t.equal(gateway.census.idleLinks, connections === 1 ? 1 : 0)
  })
}

t.test('where no connection is kept one that its origin would keep goes on all the same', (t) => {
  t.equal(originKeepMs(responseHead('HTTP/1.1 200 OK', ['Content-Length: 0']), 0), -1)
  t.end()
})
