import t from 'tap'
import { tableOf } from '../../fixtures/routes/routes-cases.js'
import { routeOptionTable } from '../../lib/routes/route-options.js'
import type { RouteOptions } from '../../lib/routes/route.js'

/** One right way to write each option, and what it sets. */
const samples: Readonly<Record<string, readonly [string, RouteOptions]>> = {
  name: ['name=a', { name: 'a' }],
  strip: ['strip', { strip: true }],
  prefix: ['prefix=/p/', { prefix: '/p' }],
  path: ['path=/p/${id}', { path: ['/p/', { capture: 'id' }] }],
  host: ['host=A.test:81', { host: 'A.test:81' }],
  'req:': ['req:X-A=${id}', { requestEdits: [{ action: 'set', name: 'X-A', value: [{ capture: 'id' }] }] }],
  'res:': ['res:+X-A=a=b', { responseEdits: [{ action: 'add', name: 'X-A', value: ['a=b'] }] }],
  connect: ['connect=250ms', { connectMs: 250 }],
  response: ['response=3s', { responseMs: 3_000 }],
  stall: ['stall=5m', { stallMs: 300_000 }],
  wait: ['wait=1h', { waitMs: 3_600_000 }],
  retry: ['retry=off', { retry: 'off' }],
  'max-body': ['max-body=64k', { maxBodyBytes: 65_536 }],
  'max-conns': ['max-conns=7', { maxConnections: 7 }],
  pipelining: ['pipelining=2', { pipelining: 2 }],
  upgrade: ['upgrade=none', { upgrade: 'none' }],
}

for (const [name, row] of Object.entries(routeOptionTable)) {
  t.test(`the option ${name} sets what it says, and has words for it`, (t) => {
    const [text, options] = samples[name] ?? ['', {}]
    t.strictSame(tableOf(`/t/:id -> :1 ${text}`).routes[0]?.options, options)
    t.ok(row.text.length > 10)
    t.notMatch(row.text, /[.;]$/)
    t.end()
  })
}

t.test('fields are edited in the order in which they were written', (t) => {
  const [route] = tableOf('* -> :1 req:-X-A res:-X-A req:+X-B=1\n  req:+X-B= req:X-C="a b"').routes
  t.strictSame(route?.options, {
    requestEdits: [
      { action: 'remove', name: 'X-A', value: [] },
      { action: 'add', name: 'X-B', value: ['1'] },
      { action: 'add', name: 'X-B', value: [] },
      { action: 'set', name: 'X-C', value: ['a b'] },
    ],
    responseEdits: [{ action: 'remove', name: 'X-A', value: [] }],
  })
  t.end()
})

t.test('pipelining=off undoes what the defaults of the file say', (t) => {
  const routes = tableOf('defaults pipelining=100\na.test -> :1\nb.test -> :1 pipelining=off').routes
  t.strictSame(
    routes.map(({ options }) => options.pipelining),
    [100, undefined],
  )
  t.end()
})

t.test('no body at all is a bound', (t) => {
  t.equal(tableOf('* -> :1 max-body=0').routes[0]?.options.maxBodyBytes, 0)
  t.end()
})
