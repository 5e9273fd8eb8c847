import t from 'tap'
import { tableOf } from '../../fixtures/routes/routes-cases.js'
import { editSettings, waitSettings, type RouteSetting } from '../../lib/cli/route-settings.js'
import { limitsWith } from '../../lib/core/limits.js'
import { routeOptionTable } from '../../lib/routes/route-options.js'
import type { Route } from '../../lib/routes/route.js'

function route(line: string): Route {
  return tableOf(line).routes[0] as Route
}

function told(settings: readonly RouteSetting[]): string[] {
  return settings.map(({ option, value, isDefault }) => {
    return `${option}${value === '' ? '' : `=${value}`}${isDefault ? ' by default' : ''}`
  })
}

t.test('the defaults of a route are those of the table of its options', (t) => {
  const settings = waitSettings(route('a.test -> :1'), limitsWith())
  t.strictSame(told(settings), [
    ...['connect=5s by default', 'response=1m by default', 'stall=30s by default'],
    ...['wait=off by default', 'retry=idempotent by default', 'max-body=none by default'],
    ...['max-conns=none by default', 'pipelining=off by default', 'upgrade=websocket by default'],
  ])
  for (const { option, value } of settings) t.equal(value, routeOptionTable[option]?.default, option)
  t.end()
})

t.test('what a route says goes before the limits, and they before their defaults', (t) => {
  const line =
    'a.test -> :1 connect=250ms response=2m stall=5m wait=10s retry=off max-body=2g max-conns=5 pipelining=8 upgrade=any'
  t.strictSame(told(waitSettings(route(line), limitsWith())), [
    ...['connect=250ms', 'response=2m', 'stall=5m', 'wait=10s', 'retry=off', 'max-body=2g'],
    ...['max-conns=5', 'pipelining=8', 'upgrade=any'],
  ])
  const changes = { connectTimeoutMs: 1_000, responseTimeoutMs: 2_000, stallTimeoutMs: 3_000 }
  t.strictSame(told(waitSettings(route('a.test -> :1'), limitsWith(changes))).slice(0, 3), [
    ...['connect=1s by default', 'response=2s by default', 'stall=3s by default'],
  ])
  t.end()
})

t.test('what a route turns off is as if it said nothing', (t) => {
  const settings = waitSettings(
    route('a.test -> :1 wait=off max-body=none max-conns=none pipelining=off'),
    limitsWith(),
  )
  t.strictSame(
    told(settings).filter((one) => /^(?:wait|max)/.test(one)),
    ['wait=off by default', 'max-body=none by default', 'max-conns=none by default'],
  )
  t.equal(told(waitSettings(route('a.test -> :1 max-body=0'), limitsWith()))[5], 'max-body=0')
  t.end()
})

t.test('an answer of the gateway waits for nobody', (t) => {
  t.strictSame(waitSettings(route('a.test -> 200 "ok"'), limitsWith()), [])
  t.end()
})

for (const [line, settings] of [
  ['a.test -> :1', ['host=keep by default']],
  ['a.test -> https://o.test -> :1', ['host=origin for https, else keep by default']],
  ['a.test -> :1 strip host=b.test', ['strip', 'host=b.test']],
  ['a.test -> :1 prefix=/v1', ['prefix=/v1', 'host=keep by default']],
  ['a.test/:id -> :1 path=/x/${id}${rest}', ['path=/x/${id}${rest}', 'host=keep by default']],
  [
    'a.test/:id -> :1 req:A=${id} req:+B=2 req:-C res:-D res:E=1',
    ['host=keep by default', 'req:A=${id}', 'req:+B=2', 'req:-C', 'res:-D', 'res:E=1'],
  ],
  ['a.test -> 200 "ok" res:X=1', ['res:X=1']],
] as const) {
  t.test(`what ${line} changes is told as it is written`, (t) => {
    t.strictSame(told(editSettings(route(line))), settings)
    t.end()
  })
}
