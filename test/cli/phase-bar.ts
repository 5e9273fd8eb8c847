import t from 'tap'
import { exchangeRecord, intervals } from '../../fixtures/exchange-record.js'
import { millisecondsText, phaseBar } from '../../lib/cli/phase-bar.js'

const upload = { parse: 0.000_2, dial: 0.001_4, body: 0.000_9, wait: 0.038, relay: 0.002 }

for (const [what, seconds, connection, bar] of [
  [
    'a dial during which the body came',
    { ...upload, overlap: 0.000_9 },
    'new',
    'parse 0.2 dial 1.4|body 0.9 wait 38 relay 2',
  ],
  [
    'a dial after the body had come',
    { ...upload, overlap: 0 },
    'new',
    'parse 0.2 dial 1.4 body 0.9 wait 38 relay 2',
  ],
  ['a kept connection', { parse: 0.000_2, wait: 0.001 }, 'reused', 'parse 0.2 reused wait 1'],
  ['a kept connection with a body', { body: 0.5, wait: 0.001 }, 'reused', 'reused body 500 wait 1'],
  [
    'a kept connection behind a dial that failed',
    { dial: 3, body: 0.5, overlap: 0.5, wait: 0.001 },
    'reused',
    'dial 3000 reused|body 500 wait 1',
  ],
  ['a slow match of the route', { route: 0.000_36, wait: 0.001 }, 'none', 'route 0.4 wait 1'],
  ['what took no time to speak of', { parse: 0.000_049, route: 0, dial: 0.000_01 }, 'new', ''],
  ['what did not happen', {}, 'none', ''],
] as const) {
  t.test(`the bar of ${what}`, (t) => {
    t.equal(phaseBar(exchangeRecord({ timings: intervals(seconds), connection })), bar)
    t.end()
  })
}

t.test('a client that was refused has no bar', (t) => {
  t.equal(phaseBar(exchangeRecord({ timings: undefined, connection: 'none' })), '')
  t.end()
})

for (const [seconds, shown] of [
  [0, '0'],
  [0.000_049, '0'],
  [0.000_05, '0.1'],
  [0.000_94, '0.9'],
  [0.002, '2'],
  [0.009_94, '9.9'],
  [0.009_95, '10'],
  [0.010_4, '10'],
  [1.234_5, '1235'],
  [3_600, '3600000'],
] as const) {
  t.test(`${seconds} s are ${shown} ms`, (t) => {
    t.equal(millisecondsText(seconds), shown)
    t.end()
  })
}
