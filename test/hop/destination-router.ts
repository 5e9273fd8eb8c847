import { setImmediate as turn } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { unbounded } from '../../fixtures/held-writes.js'
import { MomentRecorder } from '../../fixtures/gateway.js'
import { routeText, stillClock, tableOf } from '../../fixtures/hop-room.js'
import { LateOrigin } from '../../fixtures/peers/late-origin.js'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import type { CoarseClock } from '../../lib/core/coarse-clock.js'
import { GatewayError } from '../../lib/core/errors.js'
import { limitsWith, type Limits } from '../../lib/core/limits.js'
import { DestinationRouter, type LinkDial, type LinkNeeds } from '../../lib/hop/destination-router.js'
import { UpstreamLink } from '../../lib/hop/upstream-link.js'
import type { RoutingKey } from '../../lib/message/routing-key.js'
import type { Origin, Route } from '../../lib/routes/route.js'

const repeatable: LinkNeeds = { repeatable: true, fresh: false }
const unrepeatable: LinkNeeds = { repeatable: false, fresh: false }

/** What a route is looked up by, as far as the cases here care. */
function key(host: string, path: string, method = 'GET'): RoutingKey {
  return { host, path, query: undefined, method, listenerPort: 0 } as RoutingKey
}

interface Bench {
  readonly router: DestinationRouter
  readonly recorder: MomentRecorder
  /** Stands still unless the test moves it. */
  readonly clock: CoarseClock
  readonly route: (path?: string) => Route
  /** The origin whose turn it is on the route of `path`. */
  readonly origin: (path?: string) => Origin
  /** Asks for a link to the origin whose turn it is on the route of `path`. */
  readonly asked: (needs: LinkNeeds, path?: string) => UpstreamLink | LinkDial
  /** Dials the origin whose turn it is on the route of `path`, whatever lies in the pool. */
  readonly dialled: (path?: string) => Promise<UpstreamLink>
}

function bench(t: Test, routes: string, changes: Partial<Limits> = {}): Bench {
  const clock = stillClock()
  const recorder = new MomentRecorder()
  const router = new DestinationRouter(tableOf(routes), limitsWith(changes), clock, recorder, unbounded())
  t.teardown(() => router.close())
  const route = (path = '/'): Route => router.match(key('a.test', path))
  const origin = (path?: string): Origin => router.originsOf(route(path)).next([]) as Origin
  const asked = (needs: LinkNeeds, path?: string): UpstreamLink | LinkDial =>
    router.route(route(path), origin(path), needs)
  const dialled = async (path?: string): Promise<UpstreamLink> => {
    const link = await (asked({ repeatable: true, fresh: true }, path) as LinkDial).connected
    t.teardown(() => link.destroy())
    return link
  }
  return { router, recorder, clock, route, origin, asked, dialled }
}

async function rawOrigin(t: Test): Promise<RawOrigin> {
  const origin = await RawOrigin.start()
  t.teardown(() => origin.close())
  return origin
}

t.test('a request goes to the origin of the route that takes its host and path', (t) => {
  const { origin } = bench(t, 'a.test -> 127.0.0.1:1\na.test/b -> 127.0.0.1:3')
  for (const [path, authority] of [
    ['/', '127.0.0.1:1'],
    ['/b/c', '127.0.0.1:3'],
  ] as const) {
    t.equal(origin(path).authority, authority)
  }
  t.end()
})

t.test(
  'a request that names no host, as HTTP/1.0 may, goes to the route for any (RFC 9112 section 3.2)',
  (t) => {
    const { router } = bench(t, 'a.test -> 127.0.0.1:1\n*.test -> 127.0.0.1:2\n* -> 127.0.0.1:3 name=default')
    t.equal(router.match(key('', '/')).name, 'default')
    const { router: without } = bench(t, 'a.test -> 127.0.0.1:1\n*.test -> 127.0.0.1:2')
    t.throws(() => without.match(key('', '/')), { code: 'NO_ROUTE' })
    t.end()
  },
)

for (const [what, host, path, method, code] of [
  ['a host that no route takes', 'b.test', '/', 'GET', 'NO_ROUTE'],
  ['a method that no route of the path takes', 'a.test', '/c', 'PUT', 'METHOD_NOT_ALLOWED'],
  ['a path that leads elsewhere once it is resolved', 'a.test', '/x%2F../b', 'GET', 'PATH_AMBIGUOUS'],
] as const) {
  t.test(`${what} is ${code}`, (t) => {
    const { router } = bench(
      t,
      'GET a.test -> 127.0.0.1:1\na.test/b -> 127.0.0.1:3\nGET a.test/c -> 127.0.0.1:1',
    )
    t.throws(() => router.match(key(host, path, method)), { code })
    t.end()
  })
}

t.test('where nothing is kept a link is dialled, and the dial recorded', async (t) => {
  const origin = await rawOrigin(t)
  const { router, recorder, dialled } = bench(t, `* -> 127.0.0.1:${origin.port}`)
  const link = await dialled()
  t.type(link, UpstreamLink)
  t.equal(link.alive, true)
  t.equal(link.reused, false)
  t.equal(router.pool.size, 0, 'it is not kept before it is given back')
  t.same(recorder.moments, ['dialled'])
})

t.test('a kept link that is gone, though nothing has told of it yet, is not taken', async (t) => {
  const origin = await rawOrigin(t)
  const { router, asked, dialled } = bench(t, `* -> 127.0.0.1:${origin.port}`)
  const [older, newer] = [await dialled(), await dialled()]
  older.release(4_000)
  newer.release(4_000)
  t.equal(router.pool.size, 2)
  newer.destroy()
  t.equal(asked(repeatable), older)
})

t.test('a kept link comes at once, without a promise and without a dial', async (t) => {
  const origin = await rawOrigin(t)
  const { router, recorder, asked, dialled } = bench(t, `* -> 127.0.0.1:${origin.port}`)
  const link = await dialled()
  link.release(4_000)
  t.equal(asked(repeatable), link)
  t.equal(link.reused, true)
  t.same(recorder.moments, ['dialled', 'reused'])
  t.equal(router.pool.size, 0, 'one exchange at a time has it')
})

t.test('a link kept for one origin is not given to another', async (t) => {
  const [one, other] = [await rawOrigin(t), await rawOrigin(t)]
  const routes = `* -> 127.0.0.1:${one.port}\na.test/b -> 127.0.0.1:${other.port}`
  const { router, dialled } = bench(t, routes)
  const link = await dialled('/')
  link.release(4_000)
  const toOther = await dialled('/b')
  t.not(toOther, link)
  toOther.release(4_000)
  t.equal(router.pool.size, 2)
})

t.test('after a kept link has died a request asks for a fresh one and gets it', async (t) => {
  const origin = await rawOrigin(t)
  const { router, dialled } = bench(t, `* -> 127.0.0.1:${origin.port}`)
  const kept = await dialled()
  kept.release(4_000)
  t.not(await dialled(), kept)
  t.equal(router.pool.size, 1, 'the kept one stays for others')
})

for (const [what, needs, idleMs, taken] of [
  ['may be repeated', repeatable, 3_900, true],
  ['may be repeated', repeatable, 4_100, false],
  ['must not be repeated', unrepeatable, 1_000, true],
  ['must not be repeated', unrepeatable, 1_100, false],
] as const) {
  const name = `a request that ${what} ${taken ? 'takes' : 'leaves'} a link that was idle for ${idleMs} ms`
  t.test(name, async (t) => {
    const origin = await rawOrigin(t)
    const { clock, asked, dialled } = bench(t, `* -> 127.0.0.1:${origin.port}`)
    const link = await dialled()
    link.release(10_000)
    clock.now += idleMs
    const given = asked(needs)
    t.equal(given === link, taken)
    if (!(given instanceof UpstreamLink)) (await given.connected).destroy()
  })
}

t.test('what an origin has of links beyond its bound goes after a second, the oldest first', async (t) => {
  const origin = await rawOrigin(t)
  const { router, clock, dialled } = bench(t, `* -> 127.0.0.1:${origin.port}`, { maxIdlePerOrigin: 2 })
  const links = [await dialled(), await dialled(), await dialled()]
  for (const link of links) link.release(4_000)
  t.equal(router.pool.size, 3)
  clock.tick(clock.now + 1_000)
  t.equal(router.pool.size, 2)
  t.same(
    links.map((link) => link.alive),
    [false, true, true],
  )
})

t.test('no more links are kept for all origins than the bound of all', async (t) => {
  const origins = [await rawOrigin(t), await rawOrigin(t)]
  const routes = origins.map((origin, i) => `a.test/${i} -> 127.0.0.1:${origin.port}`).join('\n')
  const { router, dialled } = bench(t, routes, { maxIdleUpstream: 1 })
  for (const path of ['/0', '/1']) (await dialled(path)).release(4_000)
  t.equal(router.pool.size, 1)
})

t.test('a dial can be given up, with the reason that its promise then has', async (t) => {
  const origin = await rawOrigin(t)
  const { recorder, asked } = bench(t, `* -> 127.0.0.1:${origin.port}`)
  const dial = asked(repeatable) as LinkDial
  dial.abort(new GatewayError('CLIENT_GONE'))
  await t.rejects(dial.connected, { code: 'CLIENT_GONE' })
  t.same(recorder.moments, [])
})

t.test('an origin that refuses is ORIGIN_REFUSED, and no dial is recorded', async (t) => {
  const { port } = await LateOrigin.down(t)
  const { recorder, asked } = bench(t, `* -> 127.0.0.1:${port}`)
  await t.rejects((asked(repeatable) as LinkDial).connected, { code: 'ORIGIN_REFUSED' })
  t.same(recorder.moments, [])
})

/** Two origins of one route, of which the first is down. */
async function firstIsDown(t: Test) {
  const [late, second] = [await LateOrigin.down(t), await rawOrigin(t)]
  const ports = [late.port, second.port]
  const text = routeText(...ports.map((port) => `127.0.0.1:${port}`))
  const { router, route, origin, clock } = bench(t, text)
  const first = origin()
  const dialFirst = (): LinkDial => router.route(route(), first, repeatable) as LinkDial
  /** The ports of the origins of three turns. */
  const turns = (): number[] => [origin().port, origin().port, origin().port]
  return { late, second, clock, dialFirst, turns, router, text }
}

t.test('an origin that could not be reached is left out for its time', async (t) => {
  const { turns, dialFirst, clock, late, second } = await firstIsDown(t)
  await t.rejects(dialFirst().connected)
  t.same(turns(), [second.port, second.port, second.port])
  clock.now += 1_000
  t.ok(turns().includes(late.port))
})

t.test('while one request tries an origin whose time is over the others go elsewhere', async (t) => {
  const { turns, dialFirst, clock, late, second } = await firstIsDown(t)
  await t.rejects(dialFirst().connected)
  clock.now += 1_000
  await late.start()
  const dial = dialFirst()
  t.same(turns(), [second.port, second.port, second.port])
  ;(await dial.connected).destroy()
  t.ok(turns().includes(late.port), 'then it serves again')
})

for (const [what, outBefore, reason] of [
  ['leaves no origin out', false, 'CLIENT_GONE'],
  ['for a failure elsewhere upstream leaves no origin out', false, 'RESPONSE_TIMEOUT'],
  ['lets the next request try the origin whose time is over', true, 'CLIENT_GONE'],
] as const) {
  t.test(`a dial that was given up ${what}`, async (t) => {
    const { turns, dialFirst, clock, late } = await firstIsDown(t)
    if (outBefore) await t.rejects(dialFirst().connected)
    clock.now += 1_000
    const dial = dialFirst()
    dial.abort(new GatewayError(reason))
    await t.rejects(dial.connected, { code: reason })
    t.ok(turns().includes(late.port))
  })
}

t.test('what is known of the origins of a route is known to all its requests', (t) => {
  const { router, route } = bench(t, 'a.test -> 127.0.0.1:1\na.test/b -> 127.0.0.1:1')
  t.equal(router.originsOf(route()), router.originsOf(route()))
  t.not(router.originsOf(route()), router.originsOf(route('/b')))
  t.end()
})

t.test('once an origin is reached the requests that its route holds try again', async (t) => {
  const origin = await rawOrigin(t)
  const { router, route, dialled } = bench(t, `* -> 127.0.0.1:${origin.port} wait=5s`)
  const held = router.originsOf(route()).held.hold(60_000, new GatewayError('ORIGIN_REFUSED'), false)
  await dialled()
  await held.worthATry
})

t.test('a kept link is as good a sign: the requests that its route holds try again', async (t) => {
  const origin = await rawOrigin(t)
  const { router, route, asked, dialled } = bench(t, `* -> 127.0.0.1:${origin.port} wait=5s`)
  const link = await dialled()
  link.release(4_000)
  const { held } = router.originsOf(route())
  const request = held.hold(60_000, new GatewayError('ORIGIN_REFUSED'), false)
  t.equal(asked(repeatable), link)
  await request.worthATry
  t.equal(held.size, 0)
})

t.test('a connection of a route with max-conns serves no other route', async (t) => {
  const { port } = await rawOrigin(t)
  const { router, asked, dialled } = bench(
    t,
    `a.test -> 127.0.0.1:${port} max-conns=2\na.test/b -> 127.0.0.1:${port}`,
  )
  const [own, other] = [await dialled('/'), await dialled('/b')]
  own.release(4_000)
  t.not(await dialled('/b'), own)
  other.release(4_000)
  t.equal(asked(repeatable, '/'), own)
  t.equal(router.pool.size, 1)
})

t.test('a connection that is too old for a request makes room where max-conns leaves none', async (t) => {
  const { port } = await rawOrigin(t)
  const { router, route, clock, asked, dialled } = bench(t, `* -> 127.0.0.1:${port} max-conns=2`)
  const { gate } = router.originsOf(route())
  const links = [await dialled(), await dialled()]
  for (const link of links) link.release(4_000)
  clock.now += 2_000
  const aliveAfter = async (): Promise<boolean[]> => {
    gate?.enter()
    const link = await (asked(unrepeatable) as LinkDial).connected
    t.teardown(() => link.destroy())
    return links.map(({ alive }) => alive)
  }
  t.same(await aliveAfter(), [false, true], 'the one that was idle for longest went')
  t.same(await aliveAfter(), [false, false])
  t.equal(router.pool.size, 0)
})

t.test('a connection that is too old stays where max-conns leaves room', async (t) => {
  const { port } = await rawOrigin(t)
  const { router, route, clock, asked, dialled } = bench(t, `* -> 127.0.0.1:${port} max-conns=2`)
  const old = await dialled()
  old.release(4_000)
  clock.now += 2_000
  router.originsOf(route()).gate?.enter()
  const link = await (asked(unrepeatable) as LinkDial).connected
  t.teardown(() => link.destroy())
  t.same([old.alive, router.pool.size], [true, 1])
})

t.test('requests are matched in the table that was given last', (t) => {
  const { router, route } = bench(t, 'a.test -> 127.0.0.1:1 name=old')
  const before = route()
  const table = tableOf('a.test -> 127.0.0.1:2 name=new\nb.test -> 127.0.0.1:3')
  router.replace(table)
  t.equal(router.table, table)
  t.equal(route().name, 'new')
  t.equal(router.match(key('b.test', '/')).matchText, 'b.test')
  t.equal(router.originsOf(before).next([])?.port, 1, 'who has a route keeps it')
  router.replace(tableOf('c.test -> 127.0.0.1:2'))
  t.throws(() => route(), { code: 'NO_ROUTE' })
  t.end()
})

t.test('a table that has the route still goes on with its queue, its turns and its held requests', (t) => {
  const text = `${routeText('127.0.0.1:1', '127.0.0.1:2')}\n   max-conns=1`
  const { router, route, origin } = bench(t, text)
  const before = router.originsOf(route())
  const first = origin()
  router.replace(tableOf(`b.test -> 127.0.0.1:9\n${text}`))
  const after = router.originsOf(route())
  t.equal(after.gate, before.gate)
  t.equal(after.held, before.held)
  t.not(origin().port, first.port)
  t.end()
})

t.test('what nobody has asked for under one table is forgotten at the next', (t) => {
  const text = 'a.test -> 127.0.0.1:1 max-conns=1'
  const { router, route } = bench(t, text)
  const before = router.originsOf(route())
  for (let i = 0; i < 2; i++) router.replace(tableOf(text))
  t.not(router.originsOf(route()).gate, before.gate)
  t.end()
})

t.test('kept links stay if a route of the new table takes them, wherever it stands', async (t) => {
  const { port } = await rawOrigin(t)
  const text = `a.test -> 127.0.0.1:${port}\na.test/b -> 127.0.0.1:${port} max-conns=2`
  const { router, asked, dialled } = bench(t, text)
  const [shared, own] = [await dialled('/'), await dialled('/b')]
  for (const link of [shared, own]) link.release(4_000)
  router.replace(tableOf(`c.test -> 127.0.0.1:${port}\n${text}`))
  t.equal(asked(repeatable, '/'), shared)
  t.equal(asked(repeatable, '/b'), own)
})

t.test('kept links to origins that no route has any more are closed, and no others', async (t) => {
  const [gone, stays] = [await rawOrigin(t), await rawOrigin(t)]
  const { router, dialled } = bench(
    t,
    [
      `a.test -> 127.0.0.1:${gone.port}`,
      `a.test/b -> 127.0.0.1:${stays.port}`,
      `a.test/c -> 127.0.0.1:${stays.port} max-conns=1`,
    ].join('\n'),
  )
  const links = [await dialled('/'), await dialled('/b'), await dialled('/c')]
  const busy = await dialled('/')
  for (const link of links) link.release(4_000)
  router.replace(tableOf(`a.test/b -> 127.0.0.1:${stays.port}`))
  t.same(
    links.map(({ alive }) => alive),
    [false, true, false],
    'a route without max-conns takes no connection of one with it',
  )
  t.equal(router.pool.size, 1)
  t.equal(busy.alive, true, 'what is under way ends well')
  await (await gone.peer(0)).untilEnd()
})

t.test(
  'a table with very many routes lets the event loop turn, and the last that was given counts',
  async (t) => {
    const origin = await rawOrigin(t)
    const { router, dialled } = bench(t, `* -> 127.0.0.1:${origin.port}`)
    const long = tableOf(Array.from({ length: 5_000 }, (_, i) => `a.test/${i} -> 127.0.0.1:1`).join('\n'))
    const [first, second] = [await dialled(), await dialled()]
    first.release(4_000)
    router.replace(long)
    t.equal(first.alive, true, 'not yet')
    await (await origin.peer(0)).untilEnd()
    second.release(4_000)
    router.replace(long)
    router.replace(tableOf(`* -> 127.0.0.1:${origin.port}`))
    for (let i = 0; i < 20; i++) await turn()
    t.equal(second.alive, true)
  },
)

t.test('the failures of an origin are forgotten with the last route that has it', async (t) => {
  const { turns, dialFirst, late, router, text } = await firstIsDown(t)
  await t.rejects(dialFirst().connected)
  router.replace(tableOf(text))
  t.notOk(turns().includes(late.port), 'not while a route has it')
  router.replace(tableOf('* -> 127.0.0.1:1'))
  router.replace(tableOf(text))
  t.ok(turns().includes(late.port))
})

t.test(
  'a request that is held for a route tries again once its origin is reached by the next table',
  async (t) => {
    const origin = await rawOrigin(t)
    const text = `* -> 127.0.0.1:${origin.port} wait=5s`
    const { router, route, dialled } = bench(t, text)
    const held = router.originsOf(route()).held.hold(60_000, new GatewayError('ORIGIN_REFUSED'), false)
    router.replace(tableOf(text))
    await dialled()
    await held.worthATry
  },
)

t.test('closing ends the links that are kept, and those given back later', async (t) => {
  const origin = await rawOrigin(t)
  const { router, clock, dialled } = bench(t, `* -> 127.0.0.1:${origin.port}`)
  const [kept, busy] = [await dialled(), await dialled()]
  kept.release(4_000)
  router.close()
  busy.release(4_000)
  t.same([kept.alive, busy.alive], [false, false])
  t.equal(router.pool.size, 0)
  t.equal(clock.watched, 0)
})

t.test('links are counted as busy or idle until their sockets are closed', async (t) => {
  const origin = await rawOrigin(t)
  const { router, asked, dialled } = bench(t, `* -> 127.0.0.1:${origin.port}`)
  const links = (): number[] => [router.census.busyLinks, router.census.idleLinks, router.census.dials]
  t.same(links(), [0, 0, 0])
  const dial = asked({ repeatable: true, fresh: true }) as LinkDial
  t.same(links(), [0, 0, 1])
  const [first, second] = [await dial.connected, await dialled()]
  t.same(links(), [2, 0, 0])
  first.release(4_000)
  t.same(links(), [1, 1, 0])
  second.destroy()
  while (router.census.busyLinks > 0) await turn()
  ;(await origin.peer()).reset()
  while (router.census.idleLinks > 0) await turn()
  t.same(links(), [0, 0, 0])
})
