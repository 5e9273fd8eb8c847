import t from 'tap'
import { compileText } from '../../fixtures/routes/routes-cases.js'
import { addDefaults, dropEmpty } from '../../lib/routes/route-defaults.js'
import type { FieldEdit, RouteOptions, Target } from '../../lib/routes/route.js'

function withDefaults(own: RouteOptions, defaults: RouteOptions, kind: Target['kind']): RouteOptions {
  addDefaults(own, defaults, kind)
  return own
}

const edit = (action: FieldEdit['action'], name: string, value = ''): FieldEdit => ({
  action,
  name,
  value: value === '' ? [] : [value],
})

t.test('a route has the defaults that it does not say otherwise', (t) => {
  const defaults: RouteOptions = { connectMs: 1, responseMs: 2, retry: 'off' }
  t.strictSame(withDefaults({ name: 'a', responseMs: 3 }, defaults, 'origins'), {
    connectMs: 1,
    responseMs: 3,
    retry: 'off',
    name: 'a',
  })
  t.end()
})

t.test('strip, prefix and path of a route replace each other', (t) => {
  t.strictSame(withDefaults({ prefix: '/x' }, { strip: true }, 'origins'), { prefix: '/x' })
  t.strictSame(withDefaults({ strip: true }, { path: ['/x'] }, 'origins'), { strip: true })
  t.strictSame(withDefaults({}, { path: ['/x'] }, 'origins'), { path: ['/x'] })
  t.end()
})

t.test('edits are joined, unless the route sets or removes the field', (t) => {
  const defaults = { requestEdits: [edit('set', 'X-A', '1'), edit('add', 'X-B', '2'), edit('remove', 'X-C')] }
  const own = { requestEdits: [edit('remove', 'x-a'), edit('add', 'X-B', '3')] }
  t.strictSame(withDefaults(own, defaults, 'origins').requestEdits, [
    edit('add', 'X-B', '2'),
    edit('remove', 'X-C'),
    edit('remove', 'x-a'),
    edit('add', 'X-B', '3'),
  ])
  t.end()
})

t.test('where the gateway answers by itself, only edits of the response are taken', (t) => {
  const responseEdits = [edit('set', 'X-A', '1')]
  for (const kind of ['answer', 'redirect'] as const) {
    const options = withDefaults(
      { name: 'a' },
      { connectMs: 1, responseEdits, requestEdits: responseEdits },
      kind,
    )
    t.strictSame(options, { name: 'a', responseEdits })
  }
  t.end()
})

t.test('a route undoes a default by a word', (t) => {
  const { table } = compileText(
    'defaults wait=1s max-body=1k max-conns=2\na.test -> :1\nb.test -> :1 wait=off max-body=none max-conns=none',
  )
  t.strictSame(
    table?.routes.map(({ options }) => options),
    [{ waitMs: 1_000, maxBodyBytes: 1_024, maxConnections: 2 }, {}],
  )
  t.end()
})

t.test('a word that says no more than leaving the option out leaves nothing', (t) => {
  const options = { waitMs: 0, maxBodyBytes: Infinity, maxConnections: Infinity, stallMs: 1 }
  dropEmpty(options)
  t.strictSame(options, { stallMs: 1 })
  const others = { waitMs: 1, maxBodyBytes: 0, maxConnections: 1 }
  dropEmpty(others)
  t.strictSame(others, { waitMs: 1, maxBodyBytes: 0, maxConnections: 1 })
  t.end()
})
