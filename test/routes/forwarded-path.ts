import t from 'tap'
import { proveCases, tableOf } from '../../fixtures/routes/routes-cases.js'
import { SeededRandom } from '../../fixtures/routes/seeded-random.js'
import { forwardedPath, forwardedPrefix } from '../../lib/routes/forwarded-path.js'
import type { Route } from '../../lib/routes/route.js'

proveCases(t, 'strip')
proveCases(t, 'prefix')

t.test('what strip removes is named as it was sent, for X-Forwarded-Prefix', (t) => {
  const stripped = tableOf('/a/~b strip -> :1').routes[0] as Route
  for (const [path, prefix] of [
    ['/a/~b', '/a/~b'],
    ['/a/~b/', '/a/~b'],
    ['/%61/%7Eb/x', '/%61/%7Eb'],
    ['/a/~b//x', '/a/~b'],
    ['*', ''],
  ] as const) {
    t.equal(forwardedPrefix(stripped, path), prefix, path)
  }
  const kept = tableOf('/a -> :1').routes[0] as Route
  t.equal(forwardedPrefix(kept, '/a/x'), '')
  const root = tableOf('/a prefix=/ -> :1').routes[0] as Route
  t.equal(forwardedPrefix(root, '/%61/x'), '/%61')
  for (const option of ['prefix=/p', 'path=/p']) {
    const replaced = tableOf(`/a ${option} -> :1`).routes[0] as Route
    t.equal(forwardedPrefix(replaced, '/a/x'), '', option)
  }
  const any = tableOf('* prefix=/ -> :1').routes[0] as Route
  t.equal(forwardedPrefix(any, '/a/x'), '')
  t.end()
})

t.test(
  'whatever is stripped, prefix and rest are the path that was sent, and the rest begins with one slash',
  (t) => {
    const random = new SeededRandom()
    t.comment(`seed ${random.seed}`)
    const route = tableOf('/a/b strip -> :1').routes[0] as Route
    for (let round = 0; round < 5_000; round++) {
      const prefix = `/${random.oneOf(['a', '%61'])}/${random.oneOf(['b', '%62'])}`
      const rest = random.several(0, 6, () => random.oneOf(['/', '//', 'x', '%2F', '%62', '.', ';'])).join('')
      const path = rest === '' || rest.startsWith('/') ? prefix + rest : `${prefix}/${rest}`
      const forwarded = forwardedPath(route, { host: '', path })
      const kept = path.slice(prefix.length).replace(/^\/*/, '/')
      if (forwardedPrefix(route, path) !== prefix || forwarded !== kept) t.fail(`${path} became ${forwarded}`)
    }
    t.end()
  },
)

t.test('whatever a request captures, the path begins with one slash', (t) => {
  for (const [routes, path, forwarded] of [
    ['/t path=${rest} -> :1', '/t////evil.test', '/evil.test'],
    ['/t path=/${rest} -> :1', '/t/x', '/x'],
    ['/t/:id path=/${id}/${id} -> :1', '/t/', '/'],
    ['/t/:id path=/${id}${rest} -> :1', '/t/%2e/x', '/%2e/x'],
    ['/t prefix=/p -> :1', '/t//x', '/p//x'],
  ] as const) {
    const route = tableOf(routes).routes[0] as Route
    t.equal(forwardedPath(route, { host: '', path }), forwarded, `${routes} ${path}`)
  }
  t.end()
})
