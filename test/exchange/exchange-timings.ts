import t from 'tap'
import { ExchangeTimings } from '../../lib/exchange/exchange-timings.js'

/** Timings whose moments came at these milliseconds after the first byte. */
function timings(moments: Partial<Omit<ExchangeTimings, 'firstByte'>>): ExchangeTimings {
  const made = new ExchangeTimings()
  for (const [name, at] of Object.entries(moments))
    Object.assign(made, { [name]: made.firstByte + (at as number) })
  return made
}

for (const [what, moments, forward, connect, relay] of [
  ['nothing but a first byte', {}, undefined, undefined, undefined],
  ['a request that is forwarded', { forwarded: 250 }, 0.25, undefined, undefined],
  ['a dial under way', { routeAsked: 10 }, undefined, undefined, undefined],
  ['a dial', { routeAsked: 10, connected: 40 }, undefined, 0.03, undefined],
  ['a kept link', { routeAsked: 10, forwarded: 20 }, 0.02, undefined, undefined],
  [
    'a response after the request: relayed from where the request was forwarded',
    { forwarded: 100, finalFirstByte: 300, relayed: 500 },
    0.1,
    undefined,
    0.4,
  ],
  [
    'a response before the request is whole: relayed from its first byte',
    { finalFirstByte: 300, forwarded: 400, relayed: 500 },
    0.4,
    undefined,
    0.2,
  ],
  [
    'a response whose request is never whole',
    { finalFirstByte: 300, relayed: 500 },
    undefined,
    undefined,
    0.2,
  ],
  ['a response that broke off', { forwarded: 1, finalFirstByte: 2 }, 0.001, undefined, undefined],
] as const) {
  t.test(`${what}`, (t) => {
    const { forwardSeconds, connectSeconds, relaySeconds } = timings(moments)
    for (const [name, found, wanted] of [
      ['forward', forwardSeconds, forward],
      ['connect', connectSeconds, connect],
      ['relay', relaySeconds, relay],
    ] as const) {
      t.equal(found === undefined ? undefined : Math.round(found * 1e6) / 1e6, wanted, name)
    }
    t.end()
  })
}

t.test('a moment that seems to come before its beginning makes a duration of 0, not a negative one', (t) => {
  t.equal(timings({ routeAsked: 20, connected: 10 }).connectSeconds, 0)
  t.end()
})

t.test(
  'a request that starts over has no answer yet, and is not told as forwarded for the first time',
  (t) => {
    const all = new ExchangeTimings()
    t.equal(all.forwardedNow(), false)
    all.responseFirstByte = all.finalFirstByte = performance.now()
    all.rewind()
    t.strictSame([all.forwarded, all.responseFirstByte, all.finalFirstByte], [0, 0, 0])
    t.equal(all.forwardedNow(), true)
    t.end()
  },
)

const dialTimes = { nameSeconds: undefined, tcpSeconds: undefined, tlsSeconds: undefined }

/** What a test says of an exchange, in milliseconds after its first byte. */
interface Moments extends Partial<Omit<ExchangeTimings, 'firstByte' | 'dial'>> {
  readonly dial?: readonly [begun: number, ended: number]
}

const names = ['parse', 'route', 'dial', 'body', 'wait', 'relay'] as const

for (const [what, { dial, ...moments }, expected, overlap] of [
  ['nothing but a first byte', { ended: 7 }, { parse: 7 }, undefined],
  ['a request that no route takes', { headEnd: 2, ended: 5 }, { parse: 2, route: 3 }, undefined],
  [
    'a request without content over a kept connection',
    { headEnd: 2, routed: 3, routeAsked: 3, forwarded: 4, finalFirstByte: 40, relayed: 42, ended: 42 },
    { parse: 2, route: 1, wait: 36, relay: 2 },
    undefined,
  ],
  [
    'a body that comes while the origin is dialled',
    {
      ...{
        headEnd: 2,
        routed: 3,
        bodyBegun: 2,
        bodyFirstByte: 2,
        bodyEnd: 30,
        routeAsked: 3,
        connected: 23,
        forwarded: 31,
      },
      ...{ dial: [4, 22], finalFirstByte: 50, relayed: 60, ended: 60 },
    },
    { parse: 2, route: 1, dial: 18, body: 28, wait: 19, relay: 10 },
    18,
  ],
  [
    'a body that is there before the origin is',
    {
      ...{
        headEnd: 2,
        routed: 3,
        bodyBegun: 2,
        bodyFirstByte: 2,
        bodyEnd: 10,
        routeAsked: 3,
        connected: 23,
        forwarded: 24,
      },
      ...{ dial: [4, 22], finalFirstByte: 50, relayed: 60, ended: 60 },
    },
    { parse: 2, route: 1, dial: 18, body: 8, wait: 26, relay: 10 },
    6,
  ],
  [
    'a body that was whole before the dial began',
    { headEnd: 2, routed: 3, bodyBegun: 2, bodyFirstByte: 2, bodyEnd: 10, dial: [20, 30], ended: 40 },
    { parse: 2, route: 1, dial: 10, body: 8 },
    0,
  ],
  [
    'a dial that failed',
    { headEnd: 2, routed: 3, routeAsked: 3, dial: [4, 104], ended: 105 },
    { parse: 2, route: 1, dial: 100 },
    undefined,
  ],
  [
    'a dial that was under way at the end, and a body too',
    { headEnd: 2, routed: 3, bodyBegun: 2, bodyFirstByte: 2, dial: [4, 0], ended: 50 },
    { parse: 2, route: 1, dial: 46, body: 48 },
    46,
  ],
  [
    'an origin that never answers',
    { headEnd: 2, routed: 3, forwarded: 10, ended: 510 },
    { parse: 2, route: 1, wait: 500 },
    undefined,
  ],
  [
    'an answer that comes before the request is whole: nobody waits for it',
    {
      headEnd: 2,
      routed: 3,
      bodyBegun: 2,
      bodyFirstByte: 2,
      finalFirstByte: 9,
      forwarded: 20,
      bodyEnd: 19,
      ended: 30,
    },
    { parse: 2, route: 1, body: 17, wait: 0, relay: 21 },
    undefined,
  ],
  [
    'an answer whose request is never whole',
    { headEnd: 2, routed: 3, bodyBegun: 2, bodyFirstByte: 2, finalFirstByte: 9, relayed: 12, ended: 12 },
    { parse: 2, route: 1, body: 10, wait: 0, relay: 3 },
    undefined,
  ],
] as const satisfies [
  string,
  Moments,
  Partial<Record<(typeof names)[number], number>>,
  number | undefined,
][]) {
  t.test(`the intervals of ${what}`, (t) => {
    const all = timings(moments)
    const from = all.firstByte
    const ended = (at: number): number => (at === 0 ? 0 : from + at)
    if (dial !== undefined) all.dial = { ...dialTimes, begun: from + dial[0], ended: ended(dial[1]) }
    const milliseconds = (seconds: number | undefined): number | undefined =>
      seconds === undefined ? undefined : Math.round(seconds * 1e6) / 1e3
    const found = Object.fromEntries(names.map((name) => [name, milliseconds(all.secondsOf(name))]))
    t.strictSame(found, { ...Object.fromEntries(names.map((name) => [name, undefined])), ...expected })
    t.equal(milliseconds(all.overlapSeconds), overlap, 'dial and body at once')
    t.equal(milliseconds(all.totalSeconds), moments.ended)
    t.end()
  })
}

t.test('what is known of a dial when the exchange ends stays so, however the dial goes on', (t) => {
  const under = { begun: 5, ended: 0, nameSeconds: 0.001, tcpSeconds: undefined, tlsSeconds: undefined }
  const all = new ExchangeTimings()
  all.end(under)
  Object.assign(under, { ended: 50, tcpSeconds: 0.1 })
  t.strictSame(all.dial, {
    begun: 5,
    ended: 0,
    nameSeconds: 0.001,
    tcpSeconds: undefined,
    tlsSeconds: undefined,
  })
  t.end()
})
