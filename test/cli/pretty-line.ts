import { stripVTControlCharacters } from 'node:util'
import { Chalk } from 'chalk'
import fc from 'fast-check'
import t from 'tap'
import { exchangeRecord as record, intervals } from '../../fixtures/exchange-record.js'
import { plain } from '../../lib/cli/paint.js'
import { prettyLine } from '../../lib/cli/pretty-line.js'
import { GatewayError } from '../../lib/core/errors.js'
import type { ExchangeRecord } from '../../lib/message/recorder.js'

const colourful = new Chalk({ level: 1 })

function line(changes: Partial<ExchangeRecord>, columns = Infinity, query = false): string {
  return prettyLine(record(changes), { paint: plain, query, columns })
}

const refused = new GatewayError('ORIGIN_REFUSED', { detail: 'ECONNREFUSED' })
const nothing = { connection: 'none', timings: undefined } as const
const refusal = { ...nothing, endedBy: 'gateway', phase: 'route' } as const
const bar = 'parse 0.2 route 0.1 dial 1.2 wait 1.5 relay 0.5'

for (const [what, changes, shown] of [
  [
    'an exchange',
    {},
    `200 GET          4 ms      0 B up     13 B down  a.test/api/x -> api (localhost:4000)  ${bar}`,
  ],
  [
    'one over a kept connection',
    { method: 'DELETE', connection: 'reused', timings: intervals({ wait: 0.012, total: 0.012_3 }) },
    '200 DELETE      12 ms      0 B up     13 B down  a.test/api/x -> api (localhost:4000)  reused wait 12',
  ],
  [
    'one that found no route',
    { ...refusal, status: 404, route: '', origin: '', responseBytes: 0, error: new GatewayError('NO_ROUTE') },
    '404 GET             -      0 B up      0 B down  a.test/api/x  ended by gateway in route NO_ROUTE',
  ],
  [
    'one whose origin refused',
    { ...nothing, status: 502, endedBy: 'origin', phase: 'route', retries: 2, error: refused },
    '502 GET             -      0 B up     13 B down  a.test/api/x -> api (localhost:4000)  2 retries, ended by origin in route ORIGIN_REFUSED ECONNREFUSED',
  ],
  [
    'one that was tried again',
    { retries: 1 },
    `200 GET          4 ms      0 B up     13 B down  a.test/api/x -> api (localhost:4000)  ${bar}, 1 retry`,
  ],
  [
    'a tunnel that the client ended',
    { status: 101, endedBy: 'client' },
    `101 GET          4 ms      0 B up     13 B down  a.test/api/x -> api (localhost:4000)  ${bar}, ended by client in relay`,
  ],
  [
    'what a route answered by itself',
    { ...refusal, status: 204, origin: '' },
    '204 GET             -      0 B up     13 B down  a.test/api/x -> api',
  ],
  [
    'one without a head or an answer',
    { ...nothing, method: '', host: '', path: '', status: 0, route: '', origin: '', responseBytes: 0 },
    '--- -               -      0 B up      0 B down',
  ],
] as const) {
  t.test(`a line for people tells of ${what}`, (t) => {
    t.equal(line(changes), shown)
    t.end()
  })
}

t.test('the columns of lines stand below each other', (t) => {
  const lines = [
    line({ method: 'OPTIONS', requestBytes: 999_949, timings: intervals({ total: 86.4 }) }),
    line({ method: '', status: 0, timings: undefined }),
    line({ responseBytes: 5e9 }),
  ]
  for (const one of lines) {
    t.equal(one.indexOf('a.test/api/x'), 49, one)
    t.equal(one.indexOf(' up '), 30, one)
  }
  t.end()
})

for (const [bytes, shown] of [
  [0, '0 B'],
  [999, '999 B'],
  [1_000, '1.0 kB'],
  [999_949, '999.9 kB'],
  [999_950, '1.0 MB'],
  [1_000_000, '1.0 MB'],
  [999_950_000, '1.00 GB'],
  [1_500_000_000, '1.50 GB'],
] as const) {
  t.test(`${bytes} bytes are ${shown}`, (t) => {
    t.match(line({ requestBytes: bytes }), ` ${shown} up `)
    t.match(line({ responseBytes: bytes }), ` ${shown} down `)
    t.end()
  })
}

for (const [status, escape] of [
  [0, '\x1b[31m'],
  [200, '\x1b[32m'],
  [299, '\x1b[32m'],
  [300, '\x1b[36m'],
  [301, '\x1b[36m'],
  [400, '\x1b[33m'],
  [499, '\x1b[33m'],
  [500, '\x1b[31m'],
  [503, '\x1b[31m'],
] as const) {
  t.test(`status ${status} has its colour, where there are colours`, (t) => {
    const form = { paint: colourful, query: false, columns: Infinity }
    t.ok(prettyLine(record({ status }), form).startsWith(escape))
    t.notOk(line({ status }).includes('\x1b'))
    t.end()
  })
}

t.test('the query is shown only where that is asked for', (t) => {
  t.notMatch(line({ query: 'token=1' }), /token|\?/)
  t.match(line({ query: 'token=1' }, Infinity, true), ' a.test/api/x?token=1 -> api ')
  t.notMatch(line({}, Infinity, true), '?')
  t.end()
})

t.test('a long URL is cut in its middle where the terminal is narrow, and only there', (t) => {
  const path = `/${'x'.repeat(100)}/end`
  const whole = line({ path })
  t.match(whole, `a.test${path}`)
  t.equal(line({ path }, whole.length), whole, 'it just fits')
  const narrow = line({ path }, 160)
  t.equal(narrow.length, 160)
  t.match(narrow, / {2}a\.test\/x+\.\.\.x+\/end -> api \(localhost:4000\) {2}parse/)
  const narrower = line({ path }, 20)
  t.match(narrower, / {2}a\.test\/x{4}\.\.\.x{6}\/end -> api/, 'some of it is always shown')
  t.equal(line({}, 20), line({}))
  const painted = prettyLine(record({ path }), { paint: colourful, query: false, columns: 160 })
  t.equal(stripVTControlCharacters(painted), narrow, 'colours take no room')
  t.end()
})

/** Any text, of octets for the most part, and of what ends a line or moves a cursor beyond them. */
const wild = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) }),
  fc.constantFrom('\u{2028}\u{2029}\u{202e}\u{feff}\u{d800}', '\x1b[2J\r\n', '\u{9b}31m'),
)

t.test('whatever stands in an exchange, its line is one line of printable ASCII', (t) => {
  const texts = { method: wild, host: wild, path: wild, query: wild, route: wild, origin: wild }
  fc.assert(
    fc.property(fc.record(texts), wild, fc.constantFrom(20, 160, Infinity), (changes, detail, columns) => {
      const error = new GatewayError('INTERNAL', { detail })
      return /^[\x20-\x7e]*$/.test(line({ ...changes, error }, columns, true))
    }),
    { numRuns: 1_000 },
  )
  t.end()
})

t.test('what cannot be printed is shown by its number', (t) => {
  t.match(line({ path: '/\x00\x1b[2J\x7f\x9b\u{2028}' }), String.raw` a.test/\x00\x1b[2J\x7f\x9b\x2028 -> `)
  t.end()
})
