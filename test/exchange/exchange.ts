import { connect } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import {
  answerAndEnd,
  answering,
  between,
  dechunked,
  parts,
  request,
  response,
  soon,
  upload,
} from '../../fixtures/exchanges.js'
import { startGateway } from '../../fixtures/gateway.js'
import { HeldLookups } from '../../fixtures/held-lookups.js'
import { refusingPort } from '../../fixtures/peers/address-origin.js'
import { DeafOrigin } from '../../fixtures/peers/deaf-origin.js'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import type { RawPeer } from '../../fixtures/peers/raw-peer.js'

const KiB = 1024
const MiB = 1024 * KiB

const expecting = (length: number): string => upload(length, 'Expect: 100-continue')

for (const [what, lines, answered] of [
  [
    'has been here 8 times',
    ['Via: 1.1 railscale, 1.0 RailScale', ...Array<string>(6).fill('Via: 1.1 railscale')],
    508,
  ],
  ['has been here 7 times', Array<string>(7).fill('Via: 1.1 railscale'), 200],
  [
    'has been elsewhere',
    ['Via: 1.1 a, 1.1 railscales, 1.1 x-railscale, 1.1 a, 1.1 a, 1.1 a, 1.1 a, 1.1 a'],
    200,
  ],
] as const) {
  t.test(`a request that ${what} is answered with ${answered} (RFC 9110 section 7.6.3)`, async (t) => {
    const { client, origin, recorder } = await between(t, { serve: answering(response()) })
    client.send(request('GET / HTTP/1.1', ...lines))
    t.match(await client.until(() => /\r\n\r\n./.test(client.received)), `HTTP/1.1 ${answered} `)
    t.equal(origin.peers.length, answered === 200 ? 1 : 0)
    t.same(
      recorder.errors.map((error) => error.code),
      answered === 200 ? [] : ['REQUEST_LOOP'],
    )
    await recorder.until(`exchange done ${answered}`)
    t.match(recorder.exchanges, [{ route: 'all' }], 'the log says which route leads back here')
  })
}

t.test('a loop of the gateway to itself ends in 508, which comes back through all of it', async (t) => {
  let gatewayPort = 0
  const relay = await RawOrigin.start((peer) => {
    const back = connect(gatewayPort, '127.0.0.1').on('error', () => peer.destroy())
    peer.socket.pipe(back).pipe(peer.socket)
  })
  t.teardown(() => relay.close())
  const gateway = await startGateway(t, `* -> 127.0.0.1:${relay.port}`)
  gatewayPort = gateway.port
  const client = await gateway.connect()
  client.send(request())
  t.match(await client.untilText('REQUEST_LOOP'), /^HTTP\/1\.1 508 /)
  t.equal(relay.peers.length, 8)
  t.match(gateway.recorder.errors, [{ code: 'REQUEST_LOOP' }])
})

for (const [what, lines] of [
  ['no Host', ''],
  ['a bad field', 'Host: a.test\r\nX : y\r\n\r\n'],
  ['a bad length', 'Host: a.test\r\nContent-Length: +5\r\n\r\n'],
  ['an unknown expectation', 'Host: a.test\r\nExpect: tea\r\n\r\n'],
  ['too many bytes', `Host: a.test\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`],
  ['no end', 'Host: a.t'],
] as const) {
  t.test(`RFC 9110 section 9.3.2: HEAD is refused without content: ${what}`, async (t) => {
    const { client } = await between(t, { limits: { headTimeoutMs: 50 } })
    client.send(`HEAD / HTTP/1.1\r\n${lines || '\r\n'}`)
    const { head, body } = parts(await client.untilEnd())
    t.match(head, /^HTTP\/1\.1 4[0-9]{2} /)
    t.match(head, /\r\nContent-Length: [1-9]/)
    t.equal(body, '')
  })
}

t.test('a request that no route takes is 404, and its body is never waited for', async (t) => {
  const { recorder, ...gateway } = await startGateway(t, 'b.test -> :1')
  const client = await gateway.connect()
  client.send(`${upload(1000)}the beginning`)
  t.match(await answerAndEnd(client), /^HTTP\/1\.1 404 Not Found\r\n[^]*\ncode {4}NO_ROUTE\n/)
  t.match(recorder.errors, [{ code: 'NO_ROUTE', phase: 'route' }])
})

/** How a dial fails, what answers it, and what the origin's name has to do with it. */
const failures = [
  ['unresolved', 'ORIGIN_UNRESOLVED', 502, (lookups: HeldLookups) => lookups.fail()],
  ['refused', 'ORIGIN_REFUSED', 502, (lookups: HeldLookups) => lookups.answer()],
  ['overdue', 'ORIGIN_CONNECT_TIMEOUT', 504, () => undefined],
] as const

for (const [what, code, status, fail] of failures) {
  const limits = { connectTimeoutMs: what === 'overdue' ? 300 : 5_000, maxPostRouteBytes: 64 * KiB }

  t.test(
    `a dial that is ${what} while the body comes is ${status}, and no reset takes the answer away`,
    async (t) => {
      const lookups = new HeldLookups(t)
      const route = `* -> held.test:${await refusingPort(t)} name=held`
      const { gateway, recorder, ...gate } = await startGateway(t, route, limits)
      const client = await gate.connect()
      client.send(upload(MiB))
      client.send(Buffer.alloc(150 * KiB))
      await lookups.asked()
      while (recorder.errors.length === 0 && gateway.census.bufferedBytes < 64 * KiB) await turn()
      fail(lookups)
      const { head, body } = parts(await client.untilEnd())
      t.match(head, `HTTP/1.1 ${status} `)
      t.match(head, '\r\nConnection: close\r\n')
      t.match(body, `code    ${code}\nphase   route, upstream\nroute   held\n`)
      t.equal(body.length, Number(/Content-Length: (\d+)/.exec(head)?.[1]))
      client.send(Buffer.alloc(50 * KiB))
      client.end()
      await client.untilClosed()
      t.equal(client.errorCode, undefined, 'what the client still sent was read and thrown away')
      t.match(recorder.errors, [{ code }])
      t.equal(gateway.census.bufferedBytes, 0)
    },
  )

  t.test(
    `a client that waits to be told to send its body sees the ${status} of a dial ${what} instead`,
    async (t) => {
      const lookups = new HeldLookups(t)
      const gate = await startGateway(t, `* -> held.test:${await refusingPort(t)}`, limits)
      const client = await gate.connect()
      client.send(expecting(9))
      await lookups.asked()
      fail(lookups)
      t.match(await answerAndEnd(client), `HTTP/1.1 ${status} `)
      t.notMatch(client.received, '100 Continue')
    },
  )
}

t.test('an origin that does not accept in time is 504, a time-out of the dial', async (t) => {
  const deaf = await DeafOrigin.start()
  t.teardown(() => deaf.close())
  const gate = await startGateway(t, `* -> 127.0.0.1:${deaf.port}`, { connectTimeoutMs: 200 })
  const client = await gate.connect()
  client.send(request())
  t.match(await answerAndEnd(client), /^HTTP\/1\.1 504 [^]*\ncode {4}ORIGIN_CONNECT_TIMEOUT\n/)
})

/** What an origin does when it has the request, on a connection that is new or one that was kept. */
const misdeeds: readonly (readonly [string, (peer: RawPeer) => void, string, string])[] = [
  ['resets', (peer) => peer.reset(), 'ORIGIN_RESET', 'sent again'],
  ['ends', (peer) => peer.end(), 'ORIGIN_CLOSED', 'sent again'],
  ['ends inside a head', (peer) => peer.end('HTTP/1.1 200 OK\r\nX: '), 'ORIGIN_CLOSED', '502'],
  ['talks nonsense', (peer) => peer.send('220 mail.test\r\n'), 'RESPONSE_MALFORMED', '502'],
  [
    'frames twice',
    (peer) => peer.send(response('a', '200 OK', 'Content-Length: 2')),
    'RESPONSE_FRAMING',
    '502',
  ],
  ['switches', (peer) => peer.send('HTTP/1.1 101 Switching\r\n\r\n'), 'RESPONSE_SWITCHED', '502'],
]

for (const [what, act, code, kept] of misdeeds) {
  t.test(`an origin that ${what} is 502, and exchanges on other connections are unharmed`, async (t) => {
    const serve = async (peer: RawPeer): Promise<void> => {
      if ((await peer.takeThrough('\r\n\r\n')).startsWith('GET /bad ')) act(peer)
    }
    const { client, origin, recorder, ...gate } = await between(t, { serve })
    const other = await gate.connect()
    other.send(request('GET /good HTTP/1.1'))
    const good = await origin.peer()
    client.send(request('GET /bad HTTP/1.1'))
    t.match(await answerAndEnd(client), new RegExp(`^HTTP/1\\.1 502 [^]*\ncode {4}${code}\n`))
    good.send(response('well'))
    await other.untilText('\r\n\r\nwell')
    t.match(recorder.errors, [{ code, side: 'upstream' }])
    await (await origin.peer(1)).untilEnd()
  })

  t.test(`a kept connection whose origin ${what}: ${kept} (RFC 9112 section 9.3.1)`, async (t) => {
    const serve = async (peer: RawPeer): Promise<void> => {
      for (;;) {
        const fresh = origin.peers.length > 1
        const path = (await peer.takeThrough('\r\n\r\n')).split(' ')[1]
        if (path === '/bad' && !fresh) return act(peer)
        peer.send(response())
      }
    }
    const { client, origin } = await between(t, { serve })
    client.send(request())
    await client.takeThrough('\r\n\r\nok')
    client.send(request('GET /bad HTTP/1.1'))
    await client.until(() => /\r\n\r\n./.test(client.received))
    t.match(client.received, kept === '502' ? / 502 / : / 200 /)
    t.equal(
      origin.peers.length,
      kept === '502' ? 1 : 2,
      'an origin that has begun to answer is not asked again',
    )
  })
}

t.test('a response head that does not come in time is 504', async (t) => {
  const { client, origin, recorder } = await between(t, { limits: { responseTimeoutMs: 200 } })
  client.send(request())
  t.match(await answerAndEnd(client), /^HTTP\/1\.1 504 [^]*\ncode {4}RESPONSE_TIMEOUT\n/)
  const peer = await origin.peer()
  await soon(() => peer.ended)
  t.equal(peer.ended, true)
  t.match(recorder.exchanges, [{ status: 504 }])
})

t.test('a dial does not count for the response head that has to come in time', async (t) => {
  const lookups = new HeldLookups(t)
  const limits = { responseTimeoutMs: 200 }
  const serve = answering(response())
  const { client, recorder } = await between(t, { serve, host: 'held.test', limits })
  client.send(request())
  await lookups.asked()
  const deaf = await between(t, { limits })
  deaf.client.send(request())
  t.match(await answerAndEnd(deaf.client), /^HTTP\/1\.1 504 /, 'the time is over since the dial began')
  lookups.answer()
  await client.until(() => client.ended || client.received.includes('\r\n\r\nok'))
  t.match(client.received, 'HTTP/1.1 200 OK\r\n')
  t.same(recorder.errors, [])
})

t.test('a response that stops inside its body is cut', async (t) => {
  const serve = answering(response('abc').replace(': 3', ': 9'))
  const { client, recorder } = await between(t, { serve, limits: { responseTimeoutMs: 200 } })
  client.send(request())
  t.match(await client.untilEnd(), /\r\n\r\nabc$/)
  t.match(recorder.errors, [{ code: 'RESPONSE_STALLED' }])
})

for (const [version, ended] of [
  ['1.1', '5\r\nhello\r\n'],
  ['1.0', 'hello'],
] as const) {
  t.test(`a response that the close delimits is cut by a reset for HTTP/${version}`, async (t) => {
    const { client, origin, recorder } = await between(t)
    client.send(request(`GET / HTTP/${version}`))
    const peer = await origin.peer()
    await peer.untilText('\r\n\r\n')
    peer.send('HTTP/1.1 200 OK\r\n\r\n')
    await client.untilText('\r\n\r\n')
    // Both are there when the gateway looks: bytes, and behind them the reset.
    await new Promise((resolve) => peer.socket.write('hello', resolve))
    peer.reset()
    await client.untilEnd()
    t.ok(['', ended].includes(parts(client.received).body), 'no end of content was made up')
    await recorder.until('failed RESPONSE_INCOMPLETE')
  })
}

for (const head of ['HTTP/1.1 200 OK\r\nContent-Le', 'HTTP/1.1 103 Early Hints\r\n\r\n']) {
  t.test(`a reset behind ${JSON.stringify(head)} breaks no body: none had begun`, async (t) => {
    const { client, origin, recorder } = await between(t)
    client.send(request())
    const peer = await origin.peer()
    await peer.untilText('\r\n\r\n')
    peer.send(head)
    if (head.startsWith('HTTP/1.1 103')) await client.untilText('103')
    peer.reset()
    t.match(await client.untilEnd(), 'HTTP/1.1 502 Bad Gateway\r\n')
    await recorder.until('failed ORIGIN_RESET')
  })
}

t.test('Expect goes up, 100 comes back, then the body goes up (RFC 9110 section 10.1.1)', async (t) => {
  const { client, origin } = await between(t)
  client.send(expecting(4))
  const peer = await origin.peer()
  t.match(await peer.takeThrough('\r\n\r\n'), '\r\nExpect: 100-continue\r\n')
  peer.send('HTTP/1.1 100 Continue\r\n\r\n')
  t.equal(await client.takeThrough('\r\n\r\n'), 'HTTP/1.1 100 Continue\r\n\r\n')
  client.send('body')
  await peer.untilText('body')
  peer.send(response())
  const answer = await client.takeThrough('\r\n\r\nok')
  t.notMatch(answer, 'Connection: close', 'the request was whole')
})

t.test('a final answer instead of 100 ends the connection, since the body never comes', async (t) => {
  const { client, origin } = await between(t, { serve: answering(response('no', '417 Expectation Failed')) })
  client.send(expecting(4))
  const { head, body } = parts(await answerAndEnd(client))
  t.match(head, /^HTTP\/1\.1 417 [^]*\r\nConnection: close\r\n/)
  t.equal(body, 'no')
  await (await origin.peer()).untilEnd()
})

t.test(
  'a final response before the upload is whole is relayed at once, whole, with Connection: close',
  async (t) => {
    const content = 'too large'.repeat(20_000)
    const serve = async (peer: RawPeer): Promise<void> => {
      await peer.untilText('beginning')
      peer.send(response(content, '413 Content Too Large'))
    }
    const { client, origin, recorder } = await between(t, { serve })
    client.send(`${upload(MiB)}beginning`)
    const { head, body } = parts(await client.untilEnd())
    t.match(head, /^HTTP\/1\.1 413 Content Too Large\r\n[^]*\r\nConnection: close\r\n/)
    t.equal(body, content)
    client.send(Buffer.alloc(100 * KiB))
    client.end()
    await client.untilClosed()
    t.equal(client.errorCode, undefined)
    await (await origin.peer()).untilEnd()
    t.same(recorder.errors, [])
    t.match(recorder.exchanges, [{ status: 413, responseBytes: content.length }])
  },
)

t.test('an origin that resets an upload behind its answer has answered', async (t) => {
  const { client, origin, recorder } = await between(t)
  client.send(`${upload(MiB)}beginning`)
  const peer = await origin.peer()
  await peer.untilText('beginning')
  // All of it in one turn: the gateway reads of the client first, and what it writes then fails.
  client.send(Buffer.alloc(100 * KiB))
  peer.send(response('too large', '413 Content Too Large'))
  peer.reset()
  const { head, body } = parts(await client.untilEnd())
  t.match(head, /^HTTP\/1\.1 413 Content Too Large\r\n[^]*\r\nConnection: close\r\n/)
  t.equal(body, 'too large')
  t.same(recorder.errors, [])
})

t.test('the connection of an upload that was not whole serves no other request', async (t) => {
  const serve = async (peer: RawPeer): Promise<void> => {
    for (;;) {
      const head = await peer.takeThrough('\r\n\r\n')
      if (head.startsWith('POST ')) await peer.takeThrough('beginning')
      peer.send(response())
    }
  }
  const { client, origin, connect } = await between(t, { serve })
  client.send(`${upload(MiB)}beginning`)
  await client.untilEnd()
  const next = await connect()
  next.send(request())
  await next.untilText('\r\n\r\nok')
  t.equal(origin.peers.length, 2)
  await (await origin.peer()).untilEnd()
})

t.test('while an early response is relayed, the upload goes on', async (t) => {
  const { client, origin } = await between(t, { limits: { responseTimeoutMs: 10_000 } })
  client.send(request('POST /echo HTTP/1.1', 'Transfer-Encoding: chunked'))
  const peer = await origin.peer()
  await peer.takeThrough('\r\n\r\n')
  peer.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
  t.match(await client.takeThrough('\r\n\r\n'), '\r\nConnection: close\r\n')
  for (const word of ['one', 'two', 'six']) {
    client.send(`3\r\n${word}\r\n`)
    await peer.untilText(word)
    peer.send(`3\r\n${word}\r\n`)
    await client.until(() => client.ended || client.received.includes(word))
    t.match(client.received, word)
  }
  client.send('0\r\n\r\n')
  t.match(dechunked(await peer.untilText('0\r\n\r\n')), { content: 'onetwosix', whole: true })
  peer.send('0\r\n\r\n')
  t.match(dechunked(await answerAndEnd(client)), { content: 'onetwosix', whole: true })
})

t.test('a client that resets cancels its exchange upstream', async (t) => {
  const { client, origin, recorder } = await between(t)
  client.send(request())
  const peer = await origin.peer()
  await peer.untilText('\r\n\r\n')
  client.reset()
  await soon(() => peer.ended)
  t.equal(peer.ended, true)
  t.match(recorder.errors, [{ code: 'CLIENT_GONE' }])
})

t.test('a client that is gone before the dial settles leaves no connection behind', async (t) => {
  const lookups = new HeldLookups(t)
  const { client, origin, recorder } = await between(t, { host: 'held.test' })
  client.send(request())
  await lookups.asked()
  client.reset()
  await recorder.until('exchange done 499')
  lookups.answer()
  await recorder.until('connection ended')
  for (let turns = 0; turns < 1_000; turns++) await turn()
  t.equal(origin.peers.length, 0)
})
