import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { HeldLookups } from '../../fixtures/held-lookups.js'
import { originUntilEnd } from '../../fixtures/named-origins.js'
import { AddressOrigin, refusingPort } from '../../fixtures/peers/address-origin.js'
import { authority, TlsOrigin } from '../../fixtures/peers/tls-origin.js'
import { tableOf } from '../../fixtures/routes/routes-cases.js'
import { liveCheck, type LiveOrigin } from '../../lib/cli/live-check.js'
import { compileRoutes } from '../../lib/routes/compile.js'
import type { Route } from '../../lib/routes/route.js'

const timeoutMs = 60_000

/** What came of the origins of `text`, in a line each. */
async function check(text: string): Promise<string[]> {
  return (await liveCheck(tableOf(text).routes, timeoutMs)).map(told)
}

const told = ({ origin, dial: { error } }: LiveOrigin): string => `${origin.text} ${error?.code ?? 'answers'}`

t.test(
  'every origin is told in the order in which they are written, whether it answers or not',
  async (t) => {
    const { port } = await AddressOrigin.start(t, '127.0.0.1')
    const refusing = await refusingPort(t)
    const text = `a.test -> 127.0.0.1:${refusing} -> 127.0.0.1:${port} backup
b.test -> unix:/no/such.sock
c.test -> 404 "no"`
    t.strictSame(await check(text), [
      `127.0.0.1:${refusing} ORIGIN_REFUSED`,
      `127.0.0.1:${port} answers`,
      'unix:/no/such.sock ORIGIN_UNREACHABLE',
    ])
  },
)

t.test('an origin of several routes is dialled once, and told with all of them', async (t) => {
  const origin = await AddressOrigin.start(t, '127.0.0.1')
  const to = `127.0.0.1:${origin.port}`
  const { routes } = tableOf(`a.test -> ${to}\nb.test -> ${to} connect=9s\nc.test -> ${to} weight=2 -> :1`)
  const [live] = await liveCheck(routes, timeoutMs)
  t.strictSame(live?.routes, routes)
  t.equal(live?.route, routes[1], 'the one with the least time')
  t.equal(await origin.connections(), 1)
})

t.test('the connect time-out is that of the route, or the one that is given', async (t) => {
  const origin = await originUntilEnd(t)
  // It takes connections, and says nothing about TLS.
  const text = `a.test -> https://127.0.0.1:${origin.port} connect=20ms`
  t.strictSame(await check(text), [`https://127.0.0.1:${origin.port} ORIGIN_CONNECT_TIMEOUT`])
  const { routes } = tableOf(text.replace(' connect=20ms', ''))
  t.match(await liveCheck(routes, 20), [{ dial: { error: { code: 'ORIGIN_CONNECT_TIMEOUT' } } }])
})

t.test('who an origin has to be is looked at as a gateway does', async (t) => {
  const origin = await TlsOrigin.start(t, 'other.test', (socket) => socket.end())
  const url = `https://localhost:${origin.port}`
  const files = { read: () => Buffer.from(authority), expand: () => [] }
  const text = [
    `a.test -> ${url}`,
    `b.test -> ${url} ca=x`,
    `c.test -> ${url} ca=x sni=other.test`,
    `d.test -> ${url} tls=insecure`,
  ].join('\n')
  const { routes } = compileRoutes([{ name: 'routes.txt', text }], {}, files)
  const live = await liveCheck(routes, timeoutMs)
  t.strictSame(
    live.map(({ dial: { error } }) => error?.detail),
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'ERR_TLS_CERT_ALTNAME_INVALID', undefined, undefined],
  )
})

t.test('16 origins are dialled at a time, the next when one has ended', async (t) => {
  const lookups = new HeldLookups(t)
  const text = Array.from({ length: 20 }, (_, i) => `a${i}.test -> o${i}.test:1`).join('\n')
  const checked = check(text)
  await lookups.asked(16)
  for (let i = 0; i < 10; i++) await turn()
  t.equal(lookups.names.length, 16)
  lookups.fail()
  await lookups.asked(17)
  for (let i = 0; i < 10; i++) await turn()
  t.equal(lookups.names.length, 17)
  for (let asked = 17; asked < 20; asked++) {
    lookups.fail()
    await lookups.asked(asked + 1)
  }
  for (let i = 0; i < 16; i++) lookups.fail()
  t.strictSame(
    await checked,
    Array.from({ length: 20 }, (_, i) => `o${i}.test:1 ORIGIN_UNRESOLVED`),
  )
})

t.test('routes without origins have nothing to dial', async (t) => {
  const routes: readonly Route[] = tableOf('* -> 404 "no"').routes
  t.strictSame(await liveCheck(routes, timeoutMs), [])
})
