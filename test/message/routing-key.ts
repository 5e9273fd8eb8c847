import t from 'tap'
import type { RoutingKey } from '../../lib/message/routing-key.js'
import { requestHead } from '../../fixtures/heads.js'

t.test('a request head is all that a route is chosen by', (t) => {
  const key: RoutingKey = requestHead('POST /a/b?c HTTP/1.1', 'Host: A.test.:80', 'X-Tenant: blue')
  const { host, path, query, method, listenerPort } = key
  t.strictSame(
    { host, path, query, method, listenerPort },
    { host: 'a.test', path: '/a/b', query: 'c', method: 'POST', listenerPort: 8080 },
  )
  t.strictSame(key.fields.valuesOf('x-tenant'), ['blue'])
  t.end()
})

t.test('what a request does not have is told apart from what is empty', (t) => {
  const key: RoutingKey = requestHead('GET / HTTP/1.0')
  t.equal(key.host, '')
  t.equal(key.query, undefined)
  t.equal(requestHead('GET /? HTTP/1.0').query, '')
  t.end()
})
