import fc from 'fast-check'
import t from 'tap'
import { exchangeRecord as record, intervals } from '../../fixtures/exchange-record.js'
import { jsonLine as line } from '../../fixtures/log-line.js'
import { errorTable, GatewayError, type ErrorCode } from '../../lib/core/errors.js'

const now = Date.parse('2026-01-02T03:04:05.678Z')

function read(text: string): Readonly<Record<string, unknown>> {
  return JSON.parse(text) as Readonly<Record<string, unknown>>
}

t.test('a line has stable keys in a stable order, and durations in seconds', (t) => {
  t.equal(
    line(record({ requestBytes: 5, requestId: 'job-7' }), { now }),
    '{"time":"2026-01-02T03:04:05.678Z","client.address":"127.0.0.1","http.request.method":"GET",' +
      '"server.address":"a.test","url.path":"/api/x","http.response.status_code":200,"http.route":"api",' +
      '"origin":"localhost:4000","http.request.body.size":5,"http.response.body.size":13,' +
      '"ended_by":"origin","phase":"relay","connection":"new","retries":0,"request_id":"job-7",' +
      '"total_duration_seconds":0.004000,"forward_duration_seconds":0.000400,' +
      '"connect_duration_seconds":0.001250,"relay_duration_seconds":0.002000,"parse_seconds":0.000200,' +
      '"route_seconds":0.000050,"dial_seconds":0.001200,"dial_tcp_seconds":0.001100,' +
      '"wait_seconds":0.001500,"relay_seconds":0.000500}',
  )
  t.end()
})

t.test('a line goes without what did not happen or is not known', (t) => {
  const nothing = { client: '', method: '', host: '', path: '', status: 0, route: '', origin: '' }
  t.strictSame(Object.keys(read(line(record({ ...nothing, timings: undefined })))), [
    'time',
    'http.request.body.size',
    'http.response.body.size',
    'ended_by',
    'phase',
    'connection',
    'retries',
  ])
  t.end()
})

t.test('the query is a member only where that is asked for', (t) => {
  const asked = record({ query: 'token=1' })
  t.notMatch(line(asked), 'token')
  t.match(read(line(asked, { query: true })), { 'url.path': '/api/x', 'url.query': 'token=1' })
  t.end()
})

for (const [seconds, text] of [
  [0, '0.000000'],
  [0.000_000_4, '0.000000'],
  [0.123_456_789, '0.123457'],
  [0.999_999_9, '1.000000'],
  [61.000_05, '61.000050'],
  [86_400, '86400.000000'],
] as const) {
  t.test(`${seconds} seconds are written as ${text}`, (t) => {
    t.match(line(record({ timings: intervals({ total: seconds }) })), `"total_duration_seconds":${text}}`)
    t.end()
  })
}

t.test('all seconds are what they were, to the microsecond', (t) => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), (seconds) => {
      const { wait_seconds } = read(line(record({ timings: intervals({ wait: seconds }) })))
      return Math.abs((wait_seconds as number) - seconds) < 0.000_000_6
    }),
  )
  t.end()
})

t.test('the time is that of the exchange, also of the next one', (t) => {
  for (const moment of [now, now, now + 1, now - 1_000])
    t.equal(read(line(record(), { now: moment }))['time'], new Date(moment).toISOString())
  t.end()
})

t.test('a line tells of every failure whose it is', (t) => {
  for (const code of Object.keys(errorTable) as ErrorCode[]) {
    const { side } = errorTable[code]
    const failed = read(line(record({ error: new GatewayError(code, { detail: 'why' }) })))
    t.match(failed, { 'error.type': code, error_side: side, error_detail: 'why' })
  }
  t.end()
})

/** Any text, of octets for the most part, and of what ends a line or moves a cursor beyond them. */
const wild = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) }),
  fc.constantFrom('\u{2028}\u{2029}\u{202e}\u{feff}\u{d800}', '\x1b[2J\r\n', '"},\\"', '\x7f'),
)

t.test('whatever stands in an exchange, its line is one of printable ASCII and gives it back', (t) => {
  const texts = { client: wild, method: wild, host: wild, path: wild, query: wild, route: wild, origin: wild }
  fc.assert(
    fc.property(fc.record({ ...texts, requestId: wild }), wild, (changes, detail) => {
      const text = line(record({ ...changes, error: new GatewayError('INTERNAL', { detail }) }), {
        query: true,
      })
      const back = read(text)
      const same = [
        [back['client.address'], changes.client],
        [back['http.request.method'], changes.method],
        [back['server.address'], changes.host],
        [back['url.path'], changes.path],
        [back['url.query'], changes.query],
        [back['http.route'], changes.route],
        [back['origin'], changes.origin],
        [back['request_id'], changes.requestId],
        [back['error_detail'], detail],
      ]
      return /^[\x20-\x7e]*$/.test(text) && same.every(([is, was]) => (is ?? '') === was)
    }),
    { numRuns: 1_000 },
  )
  t.end()
})
