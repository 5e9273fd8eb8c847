import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import {
  answering,
  answerAndEnd,
  between,
  dechunked,
  parts,
  request,
  response,
  Sending,
} from '../../fixtures/exchanges.js'
import type { RawPeer } from '../../fixtures/peers/raw-peer.js'

const KiB = 1024
const MiB = 1024 * KiB
const chunkedHead = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
const untilCloseHead = 'HTTP/1.1 200 OK\r\nX-Kind: close\r\n\r\n'
const hints = 'HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n'

const nothing = (): void => undefined
const ends = (peer: RawPeer): void => peer.end()
const breaks = (peer: RawPeer): void => peer.send('zz\r\n')
const resets = (peer: RawPeer): void => peer.reset()

/** Answers the first request with `text`, then ends the connection as told. */
function once(text: string, then: (peer: RawPeer) => void = nothing): (peer: RawPeer) => unknown {
  return async (peer) => {
    await peer.takeThrough('\r\n\r\n')
    peer.send(text)
    then(peer)
  }
}

t.test(
  'interim responses reach the client in order, before the final one (RFC 9110 section 15.2)',
  async (t) => {
    const processing = 'HTTP/1.1 102 Processing\r\n\r\n'
    const { client, recorder } = await between(t, {
      serve: answering(hints + processing + hints + response()),
    })
    client.send(request())
    const text = await client.takeThrough('\r\n\r\nok')
    t.match(text, `${hints}${processing}${hints}HTTP/1.1 200 OK\r\n`)
    client.send(request())
    await client.takeThrough('\r\n\r\nok')
    t.equal(recorder.exchanges[0]?.status, 200, 'it is the final one that is logged')
    t.same(recorder.errors, [])
  },
)

t.test('an interim response is not kept back until the final one is there', async (t) => {
  const limits = { responseTimeoutMs: 10_000 }
  const { client, origin } = await between(t, { serve: once(hints), limits })
  client.send(request())
  await client.until(() => client.ended || client.received.includes(hints))
  t.equal(client.received, hints)
  origin.peers[0]?.send(response())
  t.match(await client.untilText('\r\n\r\nok'), `${hints}HTTP/1.1 200 OK\r\n`)
})

t.test('an HTTP/1.0 client is sent no interim responses (RFC 9110 section 15.2)', async (t) => {
  const { client } = await between(t, { serve: answering(hints + hints + response()) })
  client.send(request('GET / HTTP/1.0'))
  t.match(await answerAndEnd(client), /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nok$/)
})

for (const [count, status, limits] of [
  [32, 200, {}],
  [33, 502, {}],
  [3, 200, { maxInterimResponses: 3 }],
  [4, 502, { maxInterimResponses: 3 }],
] as const) {
  t.test(`with ${JSON.stringify(limits)}, ${count} interim responses end in ${status}`, async (t) => {
    const serve = answering(hints.repeat(count) + response())
    const { client, recorder, origin } = await between(t, { serve, limits })
    client.send(request())
    t.match(await client.until(() => /\r\n\r\n(?:ok|railscale)/.test(client.received)), `HTTP/1.1 ${status} `)
    if (status === 200) return
    t.match(recorder.errors, [{ code: 'RESPONSE_INTERIM' }])
    await origin.peers[0]?.untilEnd()
  })
}

const switching = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n'

t.test('a 101 that nobody asked for is 502', async (t) => {
  const { client, recorder } = await between(t, { serve: once(switching) })
  client.send(request())
  t.match(await answerAndEnd(client), /^HTTP\/1\.1 502 /)
  t.match(recorder.errors, [{ code: 'RESPONSE_SWITCHED' }])
})

t.test('a 101 that was asked for is the last word of HTTP (RFC 9110 section 7.8)', async (t) => {
  const { client, origin, recorder } = await between(t, {
    serve: once(`${switching}HTTP/1.1 200 OK\r\n\r\n`, ends),
  })
  client.send(request('GET / HTTP/1.1', 'Upgrade: websocket', 'Connection: upgrade'))
  t.match(await client.untilEnd(), /^HTTP\/1\.1 101 [^]*\r\n\r\nHTTP\/1\.1 200 OK\r\n\r\n$/)
  client.end(request())
  t.equal(await (await origin.peer()).untilEnd(), request())
  await recorder.until('exchange done 101')
})

t.test('a 101 does not wait for bytes behind it', async (t) => {
  const { client, origin } = await between(t, { serve: once(switching) })
  client.send(request('GET / HTTP/1.1', 'Upgrade: websocket', 'Connection: upgrade'))
  await client.takeThrough('\r\n\r\n')
  origin.peers[0]?.end()
  client.end()
})

t.test(
  'a chunked response is chunked anew: extensions go, trailers stay (RFC 9112 section 7.1)',
  async (t) => {
    const body = '3;a="b"\r\nabc\r\n02\r\nde\r\n0;x\r\nSet-Cookie: a=1\r\nX-Sum: 5\r\n\r\n'
    const { client } = await between(t, { serve: answering(chunkedHead + body) })
    for (let i = 0; i < 2; i++) {
      client.send(request())
      const { head, body } = parts(await client.takeThrough('X-Sum: 5\r\n\r\n'))
      t.match(head, /\r\nTransfer-Encoding: chunked\r\n/)
      t.notMatch(head, /\r\nContent-Length:/i)
      t.same(dechunked(body), { content: 'abcde', trailers: 'X-Sum: 5\r\n', whole: true })
    }
  },
)

t.test(
  'a chunked response goes to HTTP/1.0 without chunks, and the end of the connection ends it',
  async (t) => {
    const body = '3\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 5\r\n\r\n'
    const { client, recorder } = await between(t, { serve: answering(chunkedHead + body) })
    client.send(request('GET / HTTP/1.0', 'Connection: keep-alive'))
    const answer = parts(await answerAndEnd(client))
    t.notMatch(answer.head, /\r\n(?:Transfer-Encoding|Content-Length):/i)
    t.match(answer.head, /\r\nConnection: close\r\n/)
    t.equal(answer.body, 'abcde')
    t.same(recorder.errors, [])
  },
)

t.test('what the origin ends by closing becomes chunked, and the client connection goes on', async (t) => {
  const { client, origin, recorder } = await between(t, { serve: once(`${untilCloseHead}abcde`, ends) })
  client.send(request())
  await recorder.until('exchange done 200')
  client.send(request('GET / HTTP/1.1', 'Connection: close'))
  const answers = (await answerAndEnd(client)).split(/(?=HTTP\/1\.1 200 )/)
  t.equal(answers.length, 2)
  for (const { head, body } of answers.map(parts)) {
    t.match(head, /\r\nTransfer-Encoding: chunked\r\n/)
    t.same(dechunked(body), { content: 'abcde', trailers: '', whole: true })
  }
  t.equal(origin.peers.length, 2)
})

t.test('what the origin ends by closing goes to HTTP/1.0 as it is', async (t) => {
  const { client } = await between(t, { serve: once(`${untilCloseHead}abcde`, ends) })
  client.send(request('GET / HTTP/1.0'))
  t.equal(parts(await answerAndEnd(client)).body, 'abcde')
})

for (const [what, requestLine, answer, length] of [
  ['HEAD with a length', 'HEAD / HTTP/1.1', 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n', '1000'],
  ['HEAD of what would be chunked', 'HEAD / HTTP/1.1', chunkedHead, undefined],
  ['HEAD without a length', 'HEAD / HTTP/1.1', untilCloseHead, undefined],
  ['204', 'GET / HTTP/1.1', 'HTTP/1.1 204 No Content\r\n\r\n', undefined],
  ['204 with a length', 'GET / HTTP/1.1', 'HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n', undefined],
  ['304', 'GET / HTTP/1.1', 'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n', undefined],
  ['304 with a length', 'GET / HTTP/1.1', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n', '7'],
  ['an empty body', 'GET / HTTP/1.1', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', '0'],
] as const) {
  t.test(`after the head of ${what} the next response follows (RFC 9112 section 6.3)`, async (t) => {
    const { client, origin } = await between(t, { serve: answering(answer) })
    for (let i = 0; i < 2; i++) {
      client.send(request(requestLine))
      const head = await client.takeThrough('\r\n\r\n')
      t.equal(/\r\nContent-Length: (\d+)\r\n/.exec(head)?.[1], length)
      t.match(head, /\r\nDate: /)
    }
    t.equal(client.received, '')
    t.equal(origin.peers.length, 1)
  })
}

for (const [what, sent, version, then, seen] of [
  ['a length, ended early', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc', '1.1', ends, 'end'],
  ['a length, ended early, to HTTP/1.0', response('abc').replace(': 3', ': 9'), '1.0', ends, 'end'],
  ['chunks, ended early', `${chunkedHead}3\r\nabc\r\n`, '1.1', ends, 'end'],
  ['chunks, reset', `${chunkedHead}3\r\nabc\r\n`, '1.1', resets, 'end'],
  ['chunks, broken', `${chunkedHead}3\r\nabc\r\n`, '1.1', breaks, 'end'],
  ['chunks, ended early, to HTTP/1.0', `${chunkedHead}3\r\nabc\r\n`, '1.0', ends, 'reset'],
  ['what the end delimits, reset', `${untilCloseHead}abc`, '1.1', resets, 'end'],
  ['what the end delimits, reset, to HTTP/1.0', `${untilCloseHead}abc`, '1.0', resets, 'reset'],
] as const) {
  t.test(`of ${what}, the client never sees a whole message (RFC 9112 section 8)`, async (t) => {
    const { client, origin, recorder } = await between(t, { serve: once(sent) })
    client.send(request(`GET / HTTP/${version}`))
    await client.untilText('abc')
    then(await origin.peer())
    await recorder.until('exchange done 200')
    client.end()
    await client.untilEnd()
    if (seen === 'reset') await client.untilClosed()
    t.equal(client.errorCode, seen === 'reset' ? 'ECONNRESET' : undefined)
    const { head, body } = parts(client.received)
    const whole = /chunked/.test(head) ? dechunked(body).whole : / 9\r\n/.test(head) && body.length === 9
    t.notOk(whole)
    t.match(body.replace(/[\d\r\n]/g, ''), /^(?:abc)?$/)
    t.match(recorder.errors, [{ code: /^RESPONSE_(?:INCOMPLETE|CHUNK)$/ }])
    t.equal(recorder.count('exchange done 200'), 1)
  })
}

t.test(
  'a response that is broken in the very read that begins it is 502, since nothing went out',
  async (t) => {
    const { client, recorder } = await between(t, { serve: once(`${chunkedHead}3\r\nabc\r\nzz\r\n`) })
    client.send(request())
    t.match(await answerAndEnd(client), /^HTTP\/1\.1 502 [^]*\ncode {4}RESPONSE_CHUNK\n/)
    t.equal(recorder.count('exchange done 502'), 1)
  },
)

for (const [what, head, framed] of [
  [
    'with a length',
    'HTTP/1.1 200 OK\r\nContent-Length: 99\r\nContent-Type: text/event-stream\r\n\r\n',
    false,
  ],
  ['in chunks', `${chunkedHead}`, true],
  ['until the end', untilCloseHead, false],
] as const) {
  t.test(`a stream of events ${what} arrives event by event`, async (t) => {
    const { client, origin } = await between(t, { serve: once(head) })
    client.send(request())
    await client.takeThrough('\r\n\r\n')
    const peer = await origin.peer()
    for (const event of ['data: 1\n\n', 'data: 2\n\n', 'data: 3\n\n']) {
      peer.send(framed ? `9\r\n${event}\r\n` : event)
      t.match(await client.takeThrough(event), event)
    }
    peer.reset()
    await client.untilEnd()
  })
}

t.test(
  'set-cookie fields keep their number and order, and hop-by-hop fields stay here (RFC 9110 section 7.6.1)',
  async (t) => {
    const lines = [
      'Set-Cookie: a=1',
      'Set-Cookie: b=2',
      'Connection: x-hop',
      'X-Hop: 1',
      'Keep-Alive: timeout=9',
    ]
    const { client } = await between(t, { serve: answering(response('ok', '200 OK', ...lines)) })
    client.send(request())
    const head = await client.takeThrough('\r\n\r\nok')
    t.match(head, '\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n')
    t.notMatch(head, /X-Hop|Keep-Alive|Connection/i)
  },
)

t.test('a client that stops reading stops the origin: the bytes in flight stay bounded', async (t) => {
  const size = 64 * MiB
  const limits = { stallTimeoutMs: 700 }
  const { client, origin, gateway, recorder } = await between(t, { limits })
  client.socket.pause()
  client.send(request())
  const peer = await origin.peer()
  await peer.untilText('\r\n\r\n')
  peer.send(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`)
  const sending = new Sending(peer, Buffer.alloc(size))
  await recorder.until('failed CLIENT_STALLED')
  t.ok(sending.takenBytes < size / 2, `${sending.takenBytes} bytes fill the buffers of the kernel`)
  await peer.untilEnd()
  await recorder.until('connection ended')
  t.equal(gateway.census.bufferedBytes, 0)
})

t.test('a client that reads again gets the rest, and the connection goes on', async (t) => {
  const size = 24 * MiB
  const { client, origin } = await between(t)
  client.socket.pause()
  client.send(request())
  const peer = await origin.peer()
  await peer.takeThrough('\r\n\r\n')
  peer.send(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`)
  const sending = new Sending(peer, Buffer.alloc(size, 'x'))
  while (sending.takenBytes < 4 * MiB) await turn()
  client.socket.resume()
  const head = await client.takeThrough('\r\n\r\n')
  t.match(head, `\r\nContent-Length: ${size}\r\n`)
  await client.until(() => client.received.length === size)
  client.received = ''
  client.send(request())
  await peer.takeThrough('\r\n\r\n')
  peer.send(response())
  await client.untilText('\r\n\r\nok')
})

t.test('a client that asks on without reading is not answered without bound', async (t) => {
  const content = Buffer.alloc(40 * KiB, 'x').toString()
  const count = 2_000
  let answered = 0
  const serve = async (peer: RawPeer): Promise<void> => {
    for (;;) {
      await peer.takeThrough('\r\n\r\n')
      answered++
      peer.send(response(content))
    }
  }
  const { client, ...gate } = await between(t, { serve })
  client.socket.pause()
  client.send(request().repeat(count))
  let before = -1
  // As long as it is not bounded, others are served beside many of its answers.
  while (answered > before && answered < count) {
    before = answered
    for (let i = 0; i < 20; i++) {
      const other = await gate.connect()
      other.send('nonsense\r\n\r\n')
      await other.untilEnd()
      other.end()
    }
  }
  t.ok(answered < count, `${answered} answers of 40 KiB fill the buffers`)
})
