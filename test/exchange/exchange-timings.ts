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
    { forwarded: 100, responseFirstByte: 300, relayed: 500 },
    0.1,
    undefined,
    0.4,
  ],
  [
    'a response before the request is whole: relayed from its first byte',
    { responseFirstByte: 300, forwarded: 400, relayed: 500 },
    0.4,
    undefined,
    0.2,
  ],
  [
    'a response whose request is never whole',
    { responseFirstByte: 300, relayed: 500 },
    undefined,
    undefined,
    0.2,
  ],
  ['a response that broke off', { forwarded: 1, responseFirstByte: 2 }, 0.001, undefined, undefined],
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
