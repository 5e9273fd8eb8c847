import t from 'tap'
import { exchangeRecord, intervals, plainTimings } from '../../fixtures/exchange-record.js'
import { jsonLine } from '../../fixtures/log-line.js'
import { logKeys, type LogKeyRow } from '../../lib/cli/log-keys.js'
import { timings } from '../../lib/core/phases.js'
import { GatewayError } from '../../lib/core/errors.js'

const rows = Object.entries<LogKeyRow>(logKeys)
const all = { ...plainTimings, name: 0.001, tls: 0.002, body: 0.003, overlap: 0.000_5 }

/** An exchange of which everything is known. */
const full = exchangeRecord({
  query: 'a=b',
  requestId: 'x',
  timings: intervals(all),
  error: new GatewayError('CLIENT_GONE', { detail: 'why' }),
})

/** One of which nothing is known. */
const bare = exchangeRecord({
  ...{ client: '', method: '', host: '', path: '', status: 0, route: '', origin: '' },
  timings: undefined,
})

function members(record: typeof full): Readonly<Record<string, unknown>> {
  return JSON.parse(jsonLine(record, { query: true })) as Readonly<Record<string, unknown>>
}

t.test('a line has the keys of the table, all of them where all is known', (t) => {
  t.strictSame(Object.keys(members(full)), Object.keys(logKeys))
  t.end()
})

t.test('what the table says to be always there is, and nothing else', (t) => {
  const always = rows.filter(([, { when }]) => when === '').map(([key]) => key)
  t.strictSame(Object.keys(members(bare)), always)
  t.end()
})

t.test('each value has the type that the table says', (t) => {
  const line = members(full)
  for (const [key, { type }] of rows) {
    const value = line[key]
    if (type === 'text') t.type(value, 'string', key)
    else t.ok(type === 'count' ? Number.isSafeInteger(value) : Number.isFinite(value), key)
    t.equal(type === 'seconds', key.endsWith('_seconds'), key)
  }
  t.end()
})

t.test(
  'names have dots where OpenTelemetry has a name (semantic conventions for HTTP), ours have none',
  (t) => {
    t.strictSame(
      Object.keys(logKeys).filter((key) => key.includes('.')),
      [
        'client.address',
        'http.request.method',
        'server.address',
        'url.path',
        'url.query',
        'http.response.status_code',
        'http.route',
        'http.request.body.size',
        'http.response.body.size',
        'error.type',
      ],
    )
    for (const [key] of rows) t.match(key, /^[a-z]+(?:[._][a-z]+)*$/)
    t.end()
  },
)

t.test('every timing has a key', (t) => {
  for (const name of Object.keys(timings)) t.ok(`${name}_seconds` in logKeys, name)
  t.end()
})

t.test('each key is of the value that its name says', (t) => {
  t.match(members(full), {
    total_duration_seconds: all.total,
    forward_duration_seconds: all.forward,
    connect_duration_seconds: all.connect,
    relay_duration_seconds: all.relayed,
    parse_seconds: all.parse,
    route_seconds: all.route,
    dial_seconds: all.dial,
    dial_name_seconds: all.name,
    dial_tcp_seconds: all.tcp,
    dial_tls_seconds: all.tls,
    body_seconds: all.body,
    wait_seconds: all.wait,
    relay_seconds: all.relay,
    overlap_seconds: all.overlap,
  })
  t.end()
})
