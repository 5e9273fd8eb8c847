import { existsSync, readdirSync } from 'node:fs'
import { Server } from 'node:net'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { startGateway } from '../../fixtures/gateway.js'
import { tableOf } from '../../fixtures/hop-room.js'
import { connectRaw, connectUnix } from '../../fixtures/peers/raw-peer.js'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import { socketFolder } from '../../fixtures/socket-folder.js'
import { limitsWith, type Limits } from '../../lib/core/limits.js'
import { Gateway } from '../../lib/gateway/gateway.js'
import { parseListenAddress } from '../../lib/gateway/listen-address.js'
import { QuietRecorder } from '../../lib/metrics/quiet-recorder.js'
import { RouteTable } from '../../lib/routes/route-table.js'

const request = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

/** A gateway with an exchange under way, whose request is with its origin. */
async function underWay(t: Test, limits: Partial<Limits> = {}) {
  const origin = await RawOrigin.start()
  t.teardown(() => origin.close())
  const gateway = await startGateway(t, `* -> 127.0.0.1:${origin.port}`, limits)
  const busy = await gateway.connect()
  busy.send(request)
  const atOrigin = await origin.peer()
  await atOrigin.untilText('\r\n\r\n')
  return { ...gateway, origin, busy, atOrigin }
}

t.test('drain takes no more clients, ends idle ones, and lets exchanges in flight end', async (t) => {
  const { gateway, connect, port, busy, atOrigin } = await underWay(t)
  const idle = await connect()
  t.notOk(gateway.draining)
  const drained = gateway.drain()
  t.ok(gateway.draining)
  t.equal(await idle.untilEnd(), '')
  await t.rejects(connectRaw(port), { code: 'ECONNREFUSED' })
  atOrigin.send(answer)
  t.match(await busy.untilEnd(), / 200 OK\r\n[^]*Connection: close\r\n[^]*ok$/)
  busy.end()
  idle.end()
  await drained
  t.equal(gateway.census.connections, 0)
})

t.test('drain cuts what is still under way at its deadline', async (t) => {
  const { gateway, recorder, busy, atOrigin } = await underWay(t, { drainTimeoutMs: 100 })
  await gateway.drain()
  t.match(await busy.untilEnd(), /^(?:HTTP\/1\.1 503 [^]*)?$/)
  t.equal(recorder.errors[0]?.code, 'DRAINED')
  await atOrigin.untilEnd()
})

t.test('the census counts what is under way, and nothing of it later', async (t) => {
  const { gateway, connect, busy, atOrigin } = await underWay(t)
  const { parserStates, deadlines } = gateway.census
  t.match(gateway.census, { connections: 1, busyLinks: 1, idleLinks: 0, dials: 0, bufferedBytes: 0 })
  t.match(gateway.census, { lookups: 0, held: 0, queued: 0, admitted: 0 })
  busy.send(request.slice(0, 9))
  while (gateway.census.bufferedBytes !== 9) await turn()
  atOrigin.send(answer)
  await busy.untilText('ok')
  t.match(gateway.census, { connections: 1, busyLinks: 0, idleLinks: 1, bufferedBytes: 0 })
  t.equal(gateway.census.parserStates, parserStates + 1, 'of the head that is not whole')
  t.equal(gateway.census.deadlines, deadlines)
  await connect()
  while (gateway.census.connections < 2) await turn()
  t.equal(gateway.census.deadlines, deadlines + 2)
})

t.test('a gateway that cannot have all its addresses listens on none', async (t) => {
  const taken = await RawOrigin.start()
  t.teardown(() => taken.close())
  const free = await RawOrigin.start()
  const { port } = free
  await free.close()
  const starting = Gateway.start({
    listen: [parseListenAddress(`127.0.0.1:${port}`), parseListenAddress(`127.0.0.1:${taken.port}`)],
    table: new RouteTable([]),
    limits: limitsWith(),
    recorder: new QuietRecorder(),
  })
  await t.rejects(starting, { code: 'LISTEN_IN_USE', detail: `127.0.0.1:${taken.port}` })
  await t.rejects(connectRaw(port), { code: 'ECONNREFUSED' })
})

t.test('destroy ends everything at once', async (t) => {
  const { gateway, busy, atOrigin } = await underWay(t)
  gateway.destroy()
  await busy.untilEnd()
  await atOrigin.untilEnd()
})

t.test(
  'a response that has begun when the drain begins is finished, and its connection closed',
  async (t) => {
    const { gateway, origin, busy, atOrigin } = await underWay(t)
    atOrigin.send(answer.slice(0, -1))
    await busy.untilText('\r\n\r\no')
    const drained = gateway.drain()
    busy.send(request)
    atOrigin.send('k')
    t.match(await busy.untilEnd(), /\r\n\r\nok$/, 'a request that came meanwhile is not begun')
    busy.end()
    await drained
    t.equal(origin.peers.length, 1)
  },
)

t.test('a response that is not complete at the deadline of the drain is cut', async (t) => {
  const { gateway, recorder, busy, atOrigin } = await underWay(t, { drainTimeoutMs: 100 })
  atOrigin.send(answer.slice(0, -1))
  await gateway.drain()
  t.match(await busy.untilEnd(), /\r\n\r\no$/)
  t.same(
    recorder.errors.map((error) => error.code),
    ['DRAINED'],
  )
})

t.test('a drain without clients ends at once, lets kept links go and frees the port', async (t) => {
  const origin = await RawOrigin.start(async (peer) => {
    await peer.takeThrough('\r\n\r\n')
    peer.send(answer)
  })
  t.teardown(() => origin.close())
  const { gateway, connect, port, recorder } = await startGateway(t, `* -> 127.0.0.1:${origin.port}`)
  const client = await connect()
  client.send(request)
  await client.untilText('ok')
  client.end()
  await recorder.until('connection ended')
  t.equal(gateway.census.idleLinks, 1)
  await gateway.drain()
  await (await origin.peer()).untilEnd()
  const next = await Gateway.start({
    listen: [parseListenAddress(`127.0.0.1:${port}`)],
    table: new RouteTable([]),
    limits: limitsWith(),
    recorder: new QuietRecorder(),
  })
  t.same(next.urls, [`http://127.0.0.1:${port}`])
  next.destroy()
})

t.test('destroying a gateway that drains ends the drain', async (t) => {
  const origin = await RawOrigin.start()
  t.teardown(() => origin.close())
  const { gateway, connect } = await startGateway(t, `* -> 127.0.0.1:${origin.port}`)
  const busy = await connect()
  busy.send(request)
  await (await origin.peer()).untilText('\r\n\r\n')
  const drained = gateway.drain()
  gateway.destroy()
  await drained
  await busy.untilEnd()
})

for (const [line, keptMs] of [
  ['Keep-Alive: timeout=1', 0],
  ['Keep-Alive: timeout=2', 1_000],
  ['Connection: close', 0],
  ['X: y', 4_000],
] as const) {
  t.test(`a response with "${line}": its connection is kept for ${keptMs} ms`, async (t) => {
    const origin = await RawOrigin.start(async (peer) => {
      await peer.takeThrough('\r\n\r\n')
      peer.send(answer.replace('Content', `${line}\r\nContent`))
    })
    t.teardown(() => origin.close())
    const { gateway, connect } = await startGateway(t, `* -> 127.0.0.1:${origin.port}`)
    const client = await connect()
    client.send(request)
    await client.untilText('ok')
    t.equal(gateway.census.idleLinks, keptMs === 0 ? 0 : 1)
    const atOrigin = await origin.peer()
    if (keptMs < 4_000) await atOrigin.untilEnd()
  })
}

t.test('a gateway without a free descriptor tells of it and goes on', async (t) => {
  const servers: Server[] = []
  const listen = Reflect.get(Server.prototype, 'listen') as (...args: unknown[]) => Server
  const noted = function (this: Server, ...args: unknown[]): Server {
    servers.push(this)
    return listen.apply(this, args)
  }
  Reflect.set(Server.prototype, 'listen', noted)
  t.teardown(() => Reflect.set(Server.prototype, 'listen', listen))
  const { connect, recorder } = await startGateway(t, '* -> 127.0.0.1:1')
  await connect()
  await recorder.until('connection started')
  servers[0]?.emit('error', new Error('EMFILE'))
  t.equal(recorder.errors[0]?.code, 'ACCEPT_FAILED')
  await connect()
  await recorder.until('connection started', 2)
})

t.test('a gateway on a port and on unix sockets serves them all, and takes the files with it', async (t) => {
  const origin = await RawOrigin.start(async (peer) => {
    await peer.takeThrough('\r\n\r\n')
    peer.send(answer.replace('Content', 'Connection: close\r\nContent'))
  })
  t.teardown(() => origin.close())
  const paths = ['a', 'b'].map((name) => join(socketFolder(t), name))
  const listen = ['127.0.0.1:0', ...paths.map((path) => `unix:${path}`)].map(parseListenAddress)
  const { gateway, port, connect } = await startGateway(t, `* -> 127.0.0.1:${origin.port}`, {}, { listen })
  t.strictSame(gateway.urls, [`http://127.0.0.1:${port}`, ...paths.map((path) => `unix:${path}`)])
  t.strictSame(gateway.ports, [port])
  const clients = [await connect(), ...(await Promise.all(paths.map(connectUnix)))]
  for (const client of clients) {
    client.send(request)
    t.match(await client.untilText('\r\n\r\nok'), / 200 OK/)
  }
  const drained = gateway.drain()
  for (const client of clients) {
    await client.untilEnd()
    client.end()
  }
  await drained
  for (const path of paths) t.notOk(existsSync(path), path)
})

t.test('a gateway that cannot have all its unix sockets leaves no file behind', async (t) => {
  const folder = socketFolder(t)
  const listen = [`unix:${folder}/a`, `unix:${folder}/none/b`].map(parseListenAddress)
  await t.rejects(startGateway(t, '* -> :1', {}, { listen }), { code: 'LISTEN_FAILED' })
  t.strictSame(readdirSync(folder), [])
})

for (const changes of [{ maxIdleUpstream: 0 }, { upstreamIdleMs: 0 }]) {
  t.test(`with ${Object.keys(changes).join()} 0 no upstream connection is kept`, async (t) => {
    const origin = await RawOrigin.start(async (peer) => {
      await peer.takeThrough('\r\n\r\n')
      peer.send(answer)
    })
    t.teardown(() => origin.close())
    const { gateway, connect } = await startGateway(t, `* -> 127.0.0.1:${origin.port}`, changes)
    const client = await connect()
    for (const count of [1, 2]) {
      client.send(request)
      await client.takeThrough('\r\n\r\nok')
      t.equal(gateway.census.idleLinks, 0)
      t.equal(origin.peers.length, count)
    }
  })
}

t.test('with drainTimeoutMs 0 exchanges in flight are cut at once', async (t) => {
  const origin = await RawOrigin.start()
  t.teardown(() => origin.close())
  const { gateway, connect } = await startGateway(t, `* -> 127.0.0.1:${origin.port}`, { drainTimeoutMs: 0 })
  const busy = await connect()
  busy.send(request)
  await (await origin.peer()).untilText('\r\n\r\n')
  await gateway.drain()
  t.match(await busy.untilEnd(), /^(?:HTTP\/1\.1 503 [^]*)?$/)
})

const viaAnother = request.replace('Host', 'Via: 1.1 another\r\nHost')
for (const [errors, direct, indirect] of [
  [undefined, true, false],
  ['auto', true, false],
  ['brief', false, false],
  ['full', true, true],
] as const) {
  t.test(`failure answers of the form "${errors ?? 'left out'}" tell as much as it says`, async (t) => {
    const { connect } = await startGateway(t, 'b.test -> :1', {}, errors === undefined ? {} : { errors })
    for (const [sent, full] of [
      [request, direct],
      [viaAnother, indirect],
    ] as const) {
      const client = await connect()
      client.send(sent)
      const told = await client.untilEnd()
      t.match(told, 'NO_ROUTE')
      t.equal(/^to do /m.test(told), full)
      client.end()
    }
  })
}

t.test(
  'new routes are in force at once on connections that are open, and not for what is under way',
  async (t) => {
    const { gateway, busy, atOrigin } = await underWay(t)
    gateway.replaceRoutes(tableOf('* -> 200 "new"'))
    atOrigin.send(answer)
    await busy.takeThrough('\r\n\r\nok')
    busy.send(request)
    t.match(await busy.takeThrough('\r\n\r\nnew'), / 200 OK/)
    gateway.replaceRoutes(tableOf('a -> 200 "newer"'))
    busy.send(request)
    await busy.takeThrough('\r\n\r\nnewer')
    busy.send(request.replace('a\r', 'b\r'))
    t.match(await busy.untilText('NO_ROUTE'), / 404 /)
  },
)
