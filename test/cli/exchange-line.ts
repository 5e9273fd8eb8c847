import { Chalk } from 'chalk'
import t from 'tap'
import { exchangeRecord as record, intervals } from '../../fixtures/exchange-record.js'
import { SeededRandom } from '../../fixtures/routes/seeded-random.js'
import { jsonLine, prettyLine } from '../../lib/cli/exchange-line.js'
import { errorTable, GatewayError, type ErrorCode } from '../../lib/core/errors.js'

const plain = new Chalk({ level: 0 })
const colourful = new Chalk({ level: 1 })

const refused = new GatewayError('ORIGIN_REFUSED', { detail: 'ECONNREFUSED' })
const nothing = {
  connection: 'none',
  timings: undefined,
} as const
const refusal = { ...nothing, endedBy: 'gateway', phase: 'route' } as const

for (const [what, changes, line] of [
  [
    'an exchange',
    {},
    '200 GET  a.test/api/x -> api (localhost:4000) 0 B up, 13 B down, forward 0.4 ms, connect 1.3 ms, relay 2.0 ms',
  ],
  [
    'one over a kept connection',
    { method: 'DELETE', connection: 'reused' },
    '200 DELETE a.test/api/x -> api (localhost:4000) 0 B up, 13 B down, forward 0.4 ms, connect reused, relay 2.0 ms',
  ],
  [
    'one that found no route',
    { ...refusal, status: 404, route: '', origin: '', responseBytes: 0, error: new GatewayError('NO_ROUTE') },
    '404 GET  a.test/api/x 0 B up, 0 B down, forward -, connect -, relay -, ended by gateway in route NO_ROUTE ',
  ],
  [
    'one whose origin refused',
    { ...nothing, status: 502, endedBy: 'origin', phase: 'route', retries: 2, error: refused },
    '502 GET  a.test/api/x -> api (localhost:4000) 0 B up, 13 B down, forward -, connect -, relay -, 2 retries, ended by origin in route ORIGIN_REFUSED ECONNREFUSED',
  ],
  [
    'one that was tried again',
    { retries: 1 },
    '200 GET  a.test/api/x -> api (localhost:4000) 0 B up, 13 B down, forward 0.4 ms, connect 1.3 ms, relay 2.0 ms, 1 retry',
  ],
  [
    'a tunnel that the client ended',
    { status: 101, endedBy: 'client' },
    '101 GET  a.test/api/x -> api (localhost:4000) 0 B up, 13 B down, forward 0.4 ms, connect 1.3 ms, relay 2.0 ms, ended by client in relay',
  ],
  [
    'what a route answered by itself',
    { ...refusal, status: 204 },
    '204 GET  a.test/api/x -> api (localhost:4000) 0 B up, 13 B down, forward -, connect -, relay -',
  ],
  [
    'one without a head or an answer',
    { ...nothing, method: '', host: '', path: '', status: 0, route: '', origin: '', responseBytes: 0 },
    '--- -     0 B up, 0 B down, forward -, connect -, relay -',
  ],
] as const) {
  t.test(`a line for people tells of ${what}`, (t) => {
    t.equal(prettyLine(record(changes), plain), line)
    t.end()
  })
}

for (const [bytes, shown] of [
  [0, '0 B'],
  [999, '999 B'],
  [1_000, '1.0 kB'],
  [999_900, '999.9 kB'],
  [1_000_000, '1.0 MB'],
  [1_000_000_000, '1.00 GB'],
  [1_500_000_000, '1.50 GB'],
] as const) {
  t.test(`${bytes} bytes are ${shown}`, (t) => {
    t.match(
      prettyLine(record({ requestBytes: bytes, responseBytes: bytes }), plain),
      `${shown} up, ${shown} down,`,
    )
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
    t.ok(prettyLine(record({ status }), colourful).startsWith(escape))
    t.notOk(prettyLine(record({ status }), plain).includes('\x1b'))
    t.end()
  })
}

t.test('a line for programs has stable keys, and durations in seconds', (t) => {
  const now = new Date('2026-01-02T03:04:05.678Z')
  t.equal(
    jsonLine(record({ requestBytes: 5 }), now),
    '{"time":"2026-01-02T03:04:05.678Z","method":"GET","host":"a.test","path":"/api/x","status":200,' +
      '"route":"api","origin":"localhost:4000","request_bytes":5,"response_bytes":13,' +
      '"forward_seconds":0.0004,"connect_seconds":0.00125,"relay_seconds":0.002,' +
      '"ended_by":"origin","phase":"relay","connection":"new","retries":0}',
  )
  t.end()
})

t.test('a line for programs leaves out what did not happen, and rounds to microseconds', (t) => {
  const line = JSON.parse(
    jsonLine(record({ ...nothing, timings: intervals({ relayed: 0.123_456_789 }) })),
  ) as object
  t.notOk('forward_seconds' in line || 'connect_seconds' in line || 'error' in line || 'detail' in line)
  t.match(line, { relay_seconds: 0.123_457 })
  t.end()
})

t.test('a line for programs tells of every failure whose it is', (t) => {
  for (const code of Object.keys(errorTable) as ErrorCode[]) {
    const { side } = errorTable[code]
    const line: unknown = JSON.parse(jsonLine(record({ error: new GatewayError(code, { detail: 'why' }) })))
    t.match(line, { error: code, side, detail: 'why' })
  }
  t.end()
})

/** All octets, and what ends a line or moves a cursor beyond them. */
const wild = `${String.fromCharCode(...Array.from({ length: 256 }, (_, i) => i))}\u{2028}\u{2029}\u{202e}\u{feff}\u{d800}`
const texts = ['method', 'host', 'path', 'route', 'origin'] as const

for (const field of [...texts, 'detail'] as const) {
  t.test(`whatever stands in ${field}, a line is one line of printable ASCII`, (t) => {
    const changes =
      field === 'detail' ? { error: new GatewayError('INTERNAL', { detail: wild }) } : { [field]: wild }
    for (const line of [prettyLine(record(changes), plain), jsonLine(record(changes))])
      t.match(line, /^[\x20-\x7e]*$/)
    t.match(prettyLine(record(changes), plain), String.raw`\x00\x01\x02`)
    t.match(prettyLine(record(changes), plain), String.raw`\x7f\x80`)
    t.equal((JSON.parse(jsonLine(record(changes))) as Record<string, string>)[field], wild)
    t.end()
  })
}

t.test('a line for programs gives back what was put in, whatever it is', (t) => {
  const random = new SeededRandom()
  t.comment(`seed ${random.seed}`)
  for (let round = 0; round < 2_000; round++) {
    const text = (): string =>
      String.fromCharCode(...random.several(0, 12, () => random.below(random.oneOf([128, 256, 65_536]))))
    const changes = Object.fromEntries(texts.map((field) => [field, text()]))
    const line = jsonLine(record(changes))
    if (!/^[\x20-\x7e]*$/.test(line)) t.fail(JSON.stringify(line))
    const read = JSON.parse(line) as Record<string, string>
    for (const field of texts) if (read[field] !== changes[field]) t.fail(JSON.stringify(changes[field]))
  }
  t.end()
})
