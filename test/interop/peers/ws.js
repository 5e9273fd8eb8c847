import assert from 'node:assert/strict'
import { WebSocket } from 'ws'
import { sampleBytes } from '../stage/sample-origin.js'
import { check } from '../stage/stage.js'
import { closing, nextMessage, opened, textOf, webSocketOrigin } from '../stage/websockets.js'
import { within } from '../stage/within.js'
import { nextEvent } from '../stage/next-event.js'

/**
 * @param {import('../stage/stage.js').Stage} stage
 * @param {Parameters<typeof webSocketOrigin>[1]} [options]
 */
async function served(stage, options) {
  const origin = await webSocketOrigin(stage, options)
  const gateway = await stage.gateway(`* -> 127.0.0.1:${origin.port}`)
  return { ...origin, gateway, url: gateway.url }
}

check('ws sends text and bytes both ways', async (stage) => {
  const { sockets, url } = await served(stage)
  const { client, server } = await opened(stage, sockets, url)
  for (const message of ['hello', 'grüße 👋', '', Buffer.from([0, 255, 128]), Buffer.alloc(0)]) {
    const up = nextMessage(server)
    client.send(message)
    assert.deepEqual(await up, message)
    const down = nextMessage(client)
    server.send(message)
    assert.deepEqual(await down, message)
  }
})

check('ws sends messages of 1 MiB, and one of 32, both ways', async (stage) => {
  const { sockets, url } = await served(stage)
  const { client, server } = await opened(stage, sockets, url)
  server.on('message', (bytes, binary) => server.send(bytes, { binary }))
  for (let n = 0; n < 9; n++) {
    const message = sampleBytes(n < 8 ? 1_048_576 : 33_554_432)
    const back = nextMessage(client)
    client.send(message)
    assert.deepEqual(await back, message)
  }
})

check('a thousand messages of ws arrive in order, also those of the first moment', async (stage) => {
  const { sockets, url } = await served(stage)
  sockets.on('connection', (socket) => {
    for (let n = 0; n < 1_000; n++) socket.send(String(n))
  })
  const client = new WebSocket(url.replace('http', 'ws'))
  stage.leaving(() => client.terminate())
  /** @type {string[]} */
  const messages = []
  const all = new Promise((resolve) => {
    client.on('message', (bytes) => {
      if (messages.push(textOf(bytes)) === 1_000) resolve(true)
    })
  })
  await within(all, 10, 'a thousand messages')
  assert.deepEqual(
    messages,
    Array.from({ length: 1_000 }, (_, n) => String(n)),
  )
})

check('ws sends a message in fragments', async (stage) => {
  const { sockets, url } = await served(stage)
  const { client, server } = await opened(stage, sockets, url)
  const whole = nextMessage(server)
  for (const part of ['one ', 'two ']) client.send(part, { fin: false })
  client.send('three', { fin: true })
  assert.equal(await whole, 'one two three')
})

check('ws pings and is answered, in both directions', async (stage) => {
  const { sockets, url } = await served(stage)
  const { client, server } = await opened(stage, sockets, url)
  for (const [from, to] of /** @type {const} */ ([
    [client, server],
    [server, client],
  ])) {
    const heard = Promise.all([nextEvent(to, 'ping'), nextEvent(from, 'pong')])
    from.ping('are you there')
    const answers = /** @type {[Buffer][]} */ (await within(heard, 10, 'a pong'))
    assert.deepEqual(
      answers.map(([bytes]) => bytes.toString()),
      ['are you there', 'are you there'],
    )
  }
})

for (const [code, reason] of /** @type {[number, string][]} */ ([
  [1000, ''],
  [1001, 'going away'],
  [1011, 'failed'],
  [4321, 'a code of ours'],
])) {
  check(`ws closes with ${code} from either end, and both hear it`, async (stage) => {
    const { sockets, url, gateway } = await served(stage)
    for (const end of /** @type {const} */ (['client', 'server'])) {
      const ends = await opened(stage, sockets, url)
      const heard = Promise.all([closing(ends.client), closing(ends.server)])
      ends[end].close(code, reason)
      assert.deepEqual(await heard, [
        [code, reason],
        [code, reason],
      ])
    }
    const statuses = (await gateway.logged(2)).map(({ status }) => status)
    assert.deepEqual(statuses, [101, 101])
  })
}

check('a close without a code stays one', async (stage) => {
  const { sockets, url } = await served(stage)
  const { client, server } = await opened(stage, sockets, url)
  const heard = Promise.all([closing(client), closing(server)])
  client.close()
  assert.deepEqual(await heard, [
    [1005, ''],
    [1005, ''],
  ])
})

for (const end of /** @type {const} */ (['client', 'server'])) {
  check(`where the ${end} of ws vanishes the other end learns it`, async (stage) => {
    const { sockets, url, gateway } = await served(stage)
    const ends = await opened(stage, sockets, url)
    const other = end === 'client' ? ends.server : ends.client
    const heard = closing(other)
    ends[end].terminate()
    assert.deepEqual(await heard, [1006, ''])
    await gateway.untilIdle()
    assert.equal((await gateway.logged(1)).length, 1)
  })
}

check('ws compresses messages if both ends want it', async (stage) => {
  const { sockets, url, gateway } = await served(stage, { perMessageDeflate: { threshold: 0 } })
  const { client, server } = await opened(stage, sockets, url, [], { perMessageDeflate: { threshold: 0 } })
  assert.equal(client.extensions, 'permessage-deflate')
  assert.equal(server.extensions, 'permessage-deflate')
  const message = 'again and again '.repeat(100_000)
  for (const [from, to] of /** @type {const} */ ([
    [client, server],
    [server, client],
  ])) {
    const heard = nextMessage(to)
    from.send(message)
    assert.equal(await heard, message)
  }
  client.close()
  const [line] = await gateway.logged(1)
  assert.ok((line?.responseBytes ?? Infinity) < 100_000, 'it was compressed on its way')
})

check('ws does not compress if one end does not want it', async (stage) => {
  const { sockets, url } = await served(stage)
  const { client } = await opened(stage, sockets, url, [], { perMessageDeflate: true })
  assert.equal(client.extensions, '')
})

check('ws agrees on a subprotocol', async (stage) => {
  const { sockets, url } = await served(stage, { handleProtocols: (offered) => [...offered].at(-1) ?? false })
  const { client, server } = await opened(stage, sockets, url, ['chat', 'superchat'])
  assert.deepEqual([client.protocol, server.protocol], ['superchat', 'superchat'])
})

check('the origin of ws sees path, query, Origin and cookies, and whom it is for', async (stage) => {
  const { sockets, port } = await webSocketOrigin(stage)
  const gateway = await stage.gateway(`/live -> 127.0.0.1:${port} strip`)
  const options = { origin: 'http://page.test', headers: { Cookie: 'session=1' } }
  const { request } = await opened(stage, sockets, `${gateway.url}/live/feed?room=7`, [], options)
  assert.equal(request.url, '/feed?room=7')
  assert.equal(request.headers.origin, 'http://page.test')
  assert.equal(request.headers.cookie, 'session=1')
  assert.equal(request.headers['x-forwarded-for'], '127.0.0.1')
  assert.equal(request.headers['x-forwarded-prefix'], '/live')
})

check('ws is told the status where the origin refuses the handshake', async (stage) => {
  const { url } = await served(stage, { verifyClient: (_, done) => done(false, 401, 'who are you') })
  const client = new WebSocket(url.replace('http', 'ws'))
  const [error] = /** @type {[Error]} */ (await nextEvent(client, 'error'))
  assert.match(error.message, /401/)
})

check('ws is told the status where there is no origin', async (stage) => {
  const { server, port } = await stage.origin()
  server.close()
  const gateway = await stage.gateway(`* -> 127.0.0.1:${port}`)
  gateway.expectedErrors = ['ORIGIN_REFUSED']
  const client = new WebSocket(gateway.url.replace('http', 'ws'))
  const [error] = /** @type {[Error]} */ (await nextEvent(client, 'error'))
  assert.match(error.message, /502/)
})

check('two hundred WebSockets of ws at a time each get their own messages', async (stage) => {
  const { sockets, url, gateway } = await served(stage)
  sockets.on('connection', (socket, request) => {
    socket.on('message', (bytes) => socket.send(`${request.url}: ${textOf(bytes)}`))
  })
  const talk = async (/** @type {number} */ n) => {
    const client = new WebSocket(`${url.replace('http', 'ws')}/${n}`)
    stage.leaving(() => client.terminate())
    await nextEvent(client, 'open')
    for (const message of ['a', 'b', 'c']) {
      const answer = nextMessage(client)
      client.send(message)
      assert.equal(await answer, `/${n}: ${message}`)
    }
    client.close()
    await nextEvent(client, 'close')
  }
  await Promise.all(Array.from({ length: 200 }, (_, n) => talk(n)))
  await gateway.untilIdle()
})

check('a WebSocket of ws that is open at SIGTERM is ended at the deadline', async (stage) => {
  const { sockets, url, gateway } = await served(stage)
  gateway.expectedErrors = ['DRAINED']
  const { client, server } = await opened(stage, sockets, url)
  gateway.program.terminate()
  const back = nextMessage(server)
  client.send('still here')
  assert.equal(await back, 'still here', 'it goes on until then')
  await Promise.all([closing(client), closing(server)])
})

check('the WebSocket of Node itself works as well', async (stage) => {
  const { WebSocket: NodeWebSocket } = await import('undici')
  const { sockets, url } = await served(stage, { perMessageDeflate: true })
  const accepted = nextEvent(sockets, 'connection')
  const client = new NodeWebSocket(url.replace('http', 'ws'))
  const [server] = /** @type {[WebSocket]} */ (await accepted)
  server.on('message', (bytes, binary) => server.send(bytes, { binary }))
  await new Promise((resolve) => client.addEventListener('open', resolve))
  const answer = new Promise((resolve) => client.addEventListener('message', ({ data }) => resolve(data)))
  client.send('x'.repeat(100_000))
  assert.equal(await answer, 'x'.repeat(100_000))
  const closed = closing(server)
  client.close(3_000, 'done')
  assert.deepEqual(await closed, [3_000, 'done'])
})
