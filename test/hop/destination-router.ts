import t, { type Test } from 'tap'
import { MomentRecorder } from '../../fixtures/gateway.js'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import { CoarseClock } from '../../lib/core/coarse-clock.js'
import { GatewayError } from '../../lib/core/errors.js'
import { limitsWith, type Limits } from '../../lib/core/limits.js'
import { DestinationRouter, type LinkDial, type LinkNeeds } from '../../lib/hop/destination-router.js'
import { UpstreamLink } from '../../lib/hop/upstream-link.js'
import type { RoutingKey } from '../../lib/message/routing-key.js'
import { compileRoutes } from '../../lib/routes/compile.js'
import type { Origin } from '../../lib/routes/route.js'
import type { RouteTable } from '../../lib/routes/route-table.js'

const repeatable: LinkNeeds = { repeatable: true, fresh: false }
const unrepeatable: LinkNeeds = { repeatable: false, fresh: false }

/** What a route is looked up by, as far as the cases here care. */
function key(host: string, path: string): RoutingKey {
  return { host, path, query: undefined, method: 'GET', listenerPort: 0 } as RoutingKey
}

interface Bench {
  readonly router: DestinationRouter
  readonly recorder: MomentRecorder
  /** Stands still unless the test moves it. */
  readonly clock: CoarseClock
  /** The origin that `path` leads to. */
  readonly origin: (path?: string) => Origin
  /** Dials `path`'s origin, whatever lies in the pool. */
  readonly dialled: (path?: string) => Promise<UpstreamLink>
}

function bench(t: Test, routes: string, changes: Partial<Limits> = {}): Bench {
  const clock = new CoarseClock()
  clock.stop()
  const recorder = new MomentRecorder()
  const table = compileRoutes([{ name: 'test', text: routes }]).table as RouteTable
  const router = new DestinationRouter(table, limitsWith(changes), clock, recorder)
  t.teardown(() => router.close())
  const origin = (path = '/'): Origin => router.pick(router.match(key('a.test', path)))
  const dialled = async (path = '/'): Promise<UpstreamLink> => {
    const asked = router.route(origin(path), { repeatable: true, fresh: true })
    const link = await (asked as LinkDial).connected
    t.teardown(() => link.destroy())
    return link
  }
  return { router, recorder, clock, origin, dialled }
}

async function rawOrigin(t: Test): Promise<RawOrigin> {
  const origin = await RawOrigin.start()
  t.teardown(() => origin.close())
  return origin
}

t.test('a request goes to the origin of the route that takes its host and path', (t) => {
  const { router } = bench(t, 'a.test -> 127.0.0.1:1\na.test/b -> 127.0.0.1:3')
  for (const [path, authority] of [
    ['/', '127.0.0.1:1'],
    ['/b/c', '127.0.0.1:3'],
  ] as const) {
    t.equal(router.pick(router.match(key('a.test', path))).authority, authority)
  }
  t.end()
})

for (const [what, host, path, code] of [
  ['a host that no route takes', 'b.test', '/', 'NO_ROUTE'],
  ['a path that leads elsewhere once it is resolved', 'a.test', '/x%2F../b', 'PATH_AMBIGUOUS'],
] as const) {
  t.test(`${what} is ${code}`, (t) => {
    const { router } = bench(t, 'a.test -> 127.0.0.1:1\na.test/b -> 127.0.0.1:3')
    t.throws(() => router.match(key(host, path)), { code })
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

t.test('a kept link comes at once, without a promise and without a dial', async (t) => {
  const origin = await rawOrigin(t)
  const { router, recorder, origin: chosen, dialled } = bench(t, `* -> 127.0.0.1:${origin.port}`)
  const link = await dialled()
  link.release(4_000)
  t.equal(router.route(chosen(), repeatable), link)
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
    const { router, clock, origin: chosen, dialled } = bench(t, `* -> 127.0.0.1:${origin.port}`)
    const link = await dialled()
    link.release(10_000)
    clock.now += idleMs
    const asked = router.route(chosen(), needs)
    t.equal(asked === link, taken)
    if (!(asked instanceof UpstreamLink)) (await asked.connected).destroy()
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
  const { router, recorder, origin: chosen } = bench(t, `* -> 127.0.0.1:${origin.port}`)
  const dial = router.route(chosen(), repeatable) as LinkDial
  dial.abort(new GatewayError('CLIENT_GONE'))
  await t.rejects(dial.connected, { code: 'CLIENT_GONE' })
  t.same(recorder.moments, [])
})

t.test('an origin that refuses is ORIGIN_REFUSED, and no dial is recorded', async (t) => {
  const origin = await RawOrigin.start()
  const { port } = origin
  await origin.close()
  const { router, recorder, origin: chosen } = bench(t, `* -> 127.0.0.1:${port}`)
  await t.rejects((router.route(chosen(), repeatable) as LinkDial).connected, { code: 'ORIGIN_REFUSED' })
  t.same(recorder.moments, [])
})

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
