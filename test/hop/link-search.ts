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
import { DestinationRouter, type LinkNeeds } from '../../lib/hop/destination-router.js'
import { LinkSearch } from '../../lib/hop/link-search.js'
import type { RouteOrigins } from '../../lib/hop/route-origins.js'
import type { UpstreamLink } from '../../lib/hop/upstream-link.js'
import { originsOf } from '../../lib/routes/route.js'

const needs: LinkNeeds = { repeatable: true, fresh: false }
const gone = new GatewayError('CLIENT_GONE')

/** A search, and the ports of the origins that it has told of. */
interface Searching {
  readonly search: LinkSearch
  readonly chosen: number[]
}

interface Bench {
  readonly clock: CoarseClock
  readonly origins: RouteOrigins
  /** A new search for a link on the route. */
  readonly searching: () => Searching
  /** Asks `search` for a link, which is ended with the test. */
  readonly link: (search: LinkSearch) => Promise<UpstreamLink>
}

/** A router with one route, to `ports`, and what searches for a link on it. */
function bench(t: Test, ports: readonly number[], options = '', changes: Partial<Limits> = {}): Bench {
  const clock = stillClock()
  const table = tableOf(`${routeText(...ports.map((port) => `127.0.0.1:${port}`))}\n   ${options}`)
  const router = new DestinationRouter(table, limitsWith(changes), clock, new MomentRecorder(), unbounded())
  t.teardown(() => router.close())
  const route = table.routes[0] as (typeof table.routes)[0]
  const searching = (): Searching => {
    const chosen: number[] = []
    return {
      search: new LinkSearch(router, route, { originChosen: ({ port }) => chosen.push(port) }),
      chosen,
    }
  }
  const link = (search: LinkSearch): Promise<UpstreamLink> => {
    const found = Promise.resolve(search.link(needs))
    // A search may fail before its test looks.
    found.then(
      (one) => t.teardown(() => one.destroy()),
      () => undefined,
    )
    return found
  }
  t.equal(originsOf(route).length, ports.length)
  return { clock, origins: router.originsOf(route), searching, link }
}

async function listening(t: Test): Promise<RawOrigin> {
  const origin = await RawOrigin.start()
  t.teardown(() => origin.close())
  return origin
}

/** Waits until `met` holds, which it does after some turns of the event loop. */
async function until(met: () => boolean): Promise<void> {
  while (!met()) await new Promise((resolve) => setImmediate(resolve))
}

t.test('the origin whose turn it is gets the request, and is told before', async (t) => {
  const ports = [(await listening(t)).port, (await listening(t)).port]
  const { searching, link } = bench(t, ports)
  for (const port of [...ports, ports[0]]) {
    const { search, chosen } = searching()
    const found = link(search)
    t.same(chosen, [port], 'before the dial has ended')
    t.equal((await found).alive, true)
    t.equal(search.origin?.port, port)
    t.same(search.tried, [])
  }
})

t.test('a link at hand comes without a promise', async (t) => {
  const { port } = await listening(t)
  const { searching, link } = bench(t, [port])
  const first = await link(searching().search)
  first.release(4_000)
  const { search, chosen } = searching()
  t.equal(search.link(needs), first)
  t.same(chosen, [port])
})

t.test('a dial that fails leads to the next origin, and the one after it', async (t) => {
  const down = [await LateOrigin.down(t), await LateOrigin.down(t)].map(({ port }) => port)
  const { port } = await listening(t)
  const { searching, link } = bench(t, [...down, port])
  const { search, chosen } = searching()
  t.equal((await link(search)).reused, false)
  t.same(chosen, [...down, port])
  t.equal(search.origin?.port, port)
  t.same(
    search.tried.map(({ origin, error }) => [origin.port, error.code]),
    down.map((one) => [one, 'ORIGIN_REFUSED']),
  )
})

t.test('where all origins fail, the last failure is the end; then nothing is left', async (t) => {
  const down = [await LateOrigin.down(t), await LateOrigin.down(t)].map(({ port }) => port)
  const { searching, link } = bench(t, down)
  const { search } = searching()
  await t.rejects(link(search), { code: 'ORIGIN_REFUSED' })
  t.equal(search.tried.length, 2)
  const next = searching()
  await t.rejects(link(next.search), { code: 'ORIGINS_OUT', status: 503 })
  t.same([next.chosen, next.search.tried], [[], []])
})

t.test('an only origin that fails is tried by every request', async (t) => {
  const { port } = await LateOrigin.down(t)
  const { searching, link } = bench(t, [port])
  for (let i = 0; i < 3; i++) await t.rejects(link(searching().search), { code: 'ORIGIN_REFUSED' })
})

t.test('an origin that was reached but died is left for another one, once', async (t) => {
  const ports = [(await listening(t)).port, (await listening(t)).port]
  const { searching, link } = bench(t, ports)
  const { search, chosen } = searching()
  search.leave(gone)
  t.same(search.tried, [], 'there is none at hand yet')
  await link(search)
  t.equal(search.hasOther, true)
  const died = new GatewayError('ORIGIN_RESET')
  search.leave(died)
  await link(search)
  t.same(chosen, ports)
  t.same(
    search.tried.map(({ origin, error }) => [origin.port, error]),
    [[ports[0], died]],
  )
  t.equal(search.hasOther, false)
  search.leave(gone)
  await t.rejects(link(search), gone)
})

t.test('an only origin leaves no other', async (t) => {
  const { searching, link } = bench(t, [(await listening(t)).port])
  const { search } = searching()
  await link(search)
  t.equal(search.hasOther, false)
})

t.test('a search that is given up while it dials tries no other origin', async (t) => {
  const ports = [(await listening(t)).port, (await listening(t)).port]
  const { searching, link } = bench(t, ports)
  const { search, chosen } = searching()
  const found = link(search)
  search.abort(gone)
  await t.rejects(found, gone)
  t.same([chosen, search.tried], [[ports[0]], []])
  t.throws(() => void search.link(needs), gone, 'and is over')
})

t.test('with max-conns a search waits until another one is done with its link', async (t) => {
  const origin = await listening(t)
  const { origins, searching, link } = bench(t, [origin.port], 'max-conns=1')
  const [first, second] = [searching(), searching()]
  const busy = await link(first.search)
  const waiting = link(second.search)
  t.same(second.chosen, [origin.port], 'what comes of its request meanwhile stands behind a head')
  t.equal(origins.gate?.queued, 1)
  busy.release(4_000)
  first.search.close()
  first.search.close()
  t.equal(await waiting, busy)
  t.equal(origins.gate?.inside, 1)
  second.search.close()
  t.equal(origins.gate?.inside, 1, 'a link that is released may be kept a turn later')
  await turn()
  t.equal(origins.gate?.inside, 0)
  t.equal(origin.peers.length, 1)
})

t.test('a search that asks again keeps its place', async (t) => {
  const { origins, searching, link } = bench(t, [(await listening(t)).port], 'max-conns=1')
  const { search } = searching()
  for (let i = 0; i < 2; i++) (await link(search)).destroy()
  t.equal(origins.gate?.inside, 1)
  search.close()
})

t.test('a search that is given up in the queue never has a place', async (t) => {
  const { origins, searching, link } = bench(t, [(await listening(t)).port], 'max-conns=1')
  const [first, second] = [searching().search, searching().search]
  await link(first)
  const waiting = link(second)
  second.abort(gone)
  second.close()
  await t.rejects(waiting, gone)
  t.same([origins.gate?.inside, origins.gate?.queued], [1, 0])
  first.close()
  await turn()
  t.equal(origins.gate?.inside, 0)
})

t.test('a search that is given up as it is admitted gives its place on', async (t) => {
  const origin = await listening(t)
  const { origins, searching, link } = bench(t, [origin.port], 'max-conns=1')
  const [first, second, third] = [searching().search, searching().search, searching().search]
  const busy = await link(first)
  const [given, taken] = [link(second), link(third)]
  busy.release(4_000)
  origins.gate?.leave()
  second.abort(gone)
  second.close()
  await t.rejects(given, gone)
  t.equal(await taken, busy)
  third.close()
  await turn()
  t.equal(origins.gate?.inside, 0)
})

for (const [what, changes, code] of [
  ['is full', { maxQueuedRequests: 1 }, 'ORIGIN_QUEUE_FULL'],
  ['takes too long', { queueTimeoutMs: 1 }, 'ORIGIN_QUEUE_TIMEOUT'],
] as const) {
  t.test(`a queue that ${what} is ${code}, and takes no place`, async (t) => {
    const { origins, searching, link } = bench(t, [(await listening(t)).port], 'max-conns=1', changes)
    const first = searching().search
    await link(first)
    const waiting = [searching().search, searching().search]
    const found = waiting.map((search) => link(search))
    await t.rejects(found[1] as Promise<UpstreamLink>, { code, status: 503 })
    for (const search of waiting) search.abort(gone)
    await Promise.allSettled(found)
    for (const search of [first, ...waiting]) search.close()
    await turn()
    t.same([origins.gate?.inside, origins.gate?.queued], [0, 0])
  })
}

/** A route with `wait=` to an origin that is down, and a search that is held for it. */
async function held(t: Test, options: string) {
  const late = await LateOrigin.down(t)
  const benched = bench(t, [late.port], options)
  const first = benched.searching()
  const found = benched.link(first.search)
  await until(() => benched.origins.held.size === 1)
  return { ...benched, late, first, found }
}

t.test('with wait= a search is held while the origin is down, and tries until it is reached', async (t) => {
  const { clock, origins, late, first, found } = await held(t, 'wait=60s')
  for (const times of [2, 3]) {
    clock.tick(clock.now + 200)
    await until(() => first.chosen.length === times && origins.held.size === 1)
  }
  await late.start()
  clock.tick(clock.now + 200)
  t.equal((await found).alive, true)
  t.same(first.search.tried, [], 'what was tried in vain meanwhile is forgotten')
  t.same([origins.held.size, clock.watched], [0, 1])
})

t.test('a new search lines up behind those held; when one gets through all the others do', async (t) => {
  const { clock, origins, late, searching, link, found } = await held(t, 'wait=60s')
  const others = [searching(), searching()]
  const behind = others.map(({ search }) => link(search))
  t.equal(origins.held.size, 3)
  t.same(
    others.map(({ chosen }) => chosen),
    [[late.port], [late.port]],
    'each knows a head',
  )
  const origin = await late.start()
  t.equal(origin.peers.length, 0, 'none has dialled')
  clock.tick(clock.now + 200)
  for (const one of [found, ...behind]) t.equal((await one).alive, true)
  t.equal(origins.held.size, 0)
})

t.test('at the end of the wait a search fails with the cause, whether it has tried or not', async (t) => {
  const { origins, searching, link, found } = await held(t, 'wait=20ms')
  const second = link(searching().search)
  t.equal(origins.held.size, 2)
  await t.rejects(found, { code: 'ORIGIN_REFUSED' })
  await t.rejects(second, { code: 'ORIGIN_REFUSED' })
  t.equal(origins.held.size, 0)
})

t.test('a search that is given up while it is held leaves nothing', async (t) => {
  const { clock, origins, first, found } = await held(t, 'wait=60s')
  first.search.abort(gone)
  await t.rejects(found, gone)
  t.same([origins.held.size, clock.watched], [0, 1])
})

t.test('with wait= origins that are out are tried all the same', async (t) => {
  const down = [await LateOrigin.down(t), await LateOrigin.down(t)]
  const { clock, origins, searching, link } = bench(
    t,
    down.map(({ port }) => port),
    'wait=60s',
  )
  const { search, chosen } = searching()
  const found = link(search)
  await until(() => origins.held.size === 1)
  t.equal(chosen.length, 2)
  await down[1]?.start()
  clock.tick(clock.now + 200)
  t.equal((await found).alive, true)
  t.equal(search.origin?.port, down[1]?.port)
})

t.test('with wait= and max-conns a held request keeps its place', async (t) => {
  const { clock, origins, late, first, found, searching, link } = await held(t, 'wait=60s max-conns=1')
  const behind = link(searching().search)
  t.same([origins.gate?.inside, origins.gate?.queued], [1, 1])
  await late.start()
  clock.tick(clock.now + 200)
  ;(await found).release(4_000)
  first.search.close()
  t.equal((await behind).reused, true)
})
