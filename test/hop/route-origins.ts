import t from 'tap'
import { routeOf, routeText, stillClock, tableOf } from '../../fixtures/hop-room.js'
import { GatewayError } from '../../lib/core/errors.js'
import { limitsWith } from '../../lib/core/limits.js'
import { OriginHealth } from '../../lib/hop/origin-health.js'
import { poolKeyOf, RouteOrigins } from '../../lib/hop/route-origins.js'
import { originsOf, type Origin } from '../../lib/routes/route.js'

/** What the route of `text` knows of its origins, and which of them are out. */
function setUp(text: string, health = new OriginHealth(stillClock(), limitsWith())) {
  const route = routeOf(text)
  const origins = new RouteOrigins(route, health, stillClock(), limitsWith())
  const all = originsOf(route)
  const fail = (...ports: number[]): void => {
    for (const { key, port } of all) if (ports.includes(port)) health.failed(key, 'a:1')
  }
  /** The port of the origin whose turn it is, for a request that was tried on those on `ports`. */
  const next = (...ports: number[]): number | undefined => {
    const tried = all.filter(({ port }) => ports.includes(port)).map((origin) => ({ origin }))
    return origins.next(tried)?.port
  }
  return { origins, all, fail, next, health }
}

const two = routeText('127.0.0.1:1', '127.0.0.1:2')
const waiting = `${two}\n   wait=5s`
const withBackup = routeText('127.0.0.1:1', '127.0.0.1:2', '127.0.0.1:3 backup')

for (const [what, text, out, tried, turns] of [
  ['origins take turns', two, [], [], [1, 2, 1, 2]],
  ['an origin that is out is left out', two, [1], [], [2, 2]],
  ['an origin on which the request was tried is not its next', two, [], [1], [2, 2]],
  ['nothing is left where one is out and the other tried', two, [1], [2], [undefined]],
  ['nothing is left where all are out', two, [1, 2], [], [undefined]],
  ['an only one is never left out', '* -> 127.0.0.1:1', [1], [], [1, 1]],
  ['an only one is not tried twice', '* -> 127.0.0.1:1', [], [1], [undefined]],
  ['with wait= one that is out is tried where no other is left', waiting, [1, 2], [], [1, 2]],
  ['with wait= one that is well comes first', waiting, [1], [], [2, 2]],
  ['with wait= nothing is tried twice', waiting, [1], [1, 2], [undefined]],
  ['with wait= one that is out is tried after one that is well', waiting, [1], [2], [1]],
  ['a backup serves where all others are out', withBackup, [1, 2], [], [3, 3]],
  ['a backup serves where all others were tried', withBackup, [], [1, 2], [3]],
  ['a backup does not serve where one other is left', withBackup, [1], [], [2, 2]],
] as const) {
  t.test(what, (t) => {
    const { fail, next } = setUp(text)
    fail(...out)
    t.same(
      turns.map(() => next(...tried)),
      turns,
    )
    t.end()
  })
}

t.test('what is known of an origin is known to all routes that lead to it', (t) => {
  const { fail, health } = setUp(two)
  fail(1)
  t.equal(setUp(routeText('127.0.0.1:1', '127.0.0.1:3'), health).next(), 3)
  t.end()
})

t.test('it says when the first of its origins may be tried again', (t) => {
  const { origins, fail } = setUp(two)
  fail(1)
  t.equal(origins.backInMs, 0)
  fail(2)
  t.equal(origins.backInMs, 1_000)
  t.end()
})

t.test('routes share connections to an origin, unless one has max-conns', (t) => {
  const keys = ['* -> 127.0.0.1:1', two].map((text) => {
    const { origins, all } = setUp(text)
    t.same([origins.gate, [...origins.poolKeys]], [undefined, []])
    return origins.poolKey(all[0] as Origin)
  })
  t.equal(keys[0], keys[1])
  const { origins, all } = setUp(`${two}\n   max-conns=7`)
  t.equal(origins.gate?.max, 7)
  const own = all.map((origin) => origins.poolKey(origin))
  t.equal(new Set([...own, ...keys]).size, 3, 'each origin of the route has a key of its own')
  t.same([...origins.poolKeys], own)
  t.end()
})

t.test('two routes with max-conns in one file share no connections', (t) => {
  const { routes } = tableOf('a.test -> 127.0.0.1:1 max-conns=1\nb.test -> 127.0.0.1:1 max-conns=1')
  const keys = routes.flatMap((route) => {
    const origins = new RouteOrigins(
      route,
      new OriginHealth(stillClock(), limitsWith()),
      stillClock(),
      limitsWith(),
    )
    return [...origins.poolKeys]
  })
  t.equal(new Set(keys).size, 2)
  t.end()
})

t.test('the key of a connection does not depend on where the route stands', (t) => {
  const [route] = tableOf(`${two}\n   max-conns=1`).routes
  const [, moved] = tableOf(`a.test -> 127.0.0.1:9\n# all\n${two}\n   max-conns=1`).routes
  const keys = [route, moved].map((one) => one && originsOf(one).map((origin) => poolKeyOf(one, origin)))
  t.strictSame(keys[0], keys[1])
  t.end()
})

/** What the route of `text` knows, and after that the route of `later`, of another table. */
function carriedOver(text: string, later: string) {
  const [clock, limits] = [stillClock(), limitsWith()]
  const health = new OriginHealth(clock, limits)
  const before = new RouteOrigins(routeOf(text), health, clock, limits)
  const carry = () => new RouteOrigins(routeOf(later), health, clock, limits, before)
  const fail = (): void => originsOf(routeOf(text)).forEach((origin) => health.failed(origin.key, 'a:1'))
  return { before, carry, fail }
}

const limited = `${two}\n   max-conns=2`

for (const [what, later] of [
  ['stands elsewhere', `# moved\n\n${limited}`],
  [
    'has another name and other options',
    `${limited.replace('name=all', 'name=other')}\n   wait=1s connect=1s`,
  ],
] as const) {
  t.test(`a route that ${what} in another table is the same: it goes on with what was known`, (t) => {
    const { before, carry } = carriedOver(limited, later)
    t.equal(before.next([])?.port, 1)
    const after = carry()
    t.equal(after.gate, before.gate)
    t.equal(after.held, before.held)
    t.equal(after.next([])?.port, 2, 'turns go on')
    for (const origin of [after.next([]), after.next([])]) {
      t.equal(after.poolKey(origin as Origin), before.poolKey(origin as Origin))
    }
    t.end()
  })
}

for (const [what, later] of [
  ['another match', limited.replace('* name', 'a.test name')],
  ['another origin', limited.replace(':2', ':3')],
  ['one origin more', limited.replace(':2', ':2\n   -> 127.0.0.1:3')],
  ['other shares', limited.replace(':2', ':2 weight=2')],
  ['a backup', limited.replace(':2', ':2 backup')],
  ['another max-conns', limited.replace('max-conns=2', 'max-conns=3')],
  ['no max-conns', two],
] as const) {
  t.test(`a route that has ${what} in another table begins anew`, (t) => {
    const { before, carry } = carriedOver(limited, later)
    before.next([])
    const after = carry()
    t.not(after.held, before.held)
    t.ok(after.gate === undefined || after.gate !== before.gate)
    t.equal(after.gate?.max, routeOf(later).options.maxConnections)
    const ports = originsOf(routeOf(later)).map(({ port }) => port)
    t.ok(ports.includes(after.next([])?.port as number))
    t.end()
  })
}

t.test('its options are those of the table in use: requests are held from then on', (t) => {
  const { before, carry, fail } = carriedOver(two, waiting)
  fail()
  const after = carry()
  t.equal(before.next([]), undefined)
  t.type(after.next([]), 'object', 'somebody has to find out when there is an end to it')
  t.end()
})

t.test('it is busy while requests are held, or have connections that count', (t) => {
  const { before } = carriedOver(limited, limited)
  t.equal(before.busy, false)
  const request = before.held.hold(1_000, new GatewayError('ORIGIN_REFUSED'), false)
  t.equal(before.busy, true)
  before.held.release()
  t.equal(before.busy, false)
  before.gate?.enter()
  t.equal(before.busy, true)
  before.gate?.leave()
  t.equal(before.busy, false)
  return request.worthATry
})
