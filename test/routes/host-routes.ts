import t from 'tap'
import { keyOf, tableOf } from '../../fixtures/routes/routes-cases.js'
import { HostRoutes } from '../../lib/routes/host-routes.js'

t.test('routes bound to the port of the listener go before those that are not, and then they follow', (t) => {
  const routes = new HostRoutes()
  const lines = [':8080/a', ':8080/a/b', ':9090/a', '/a', '/a/b/c']
  for (const route of tableOf(lines.map((line) => `${line} -> :1`).join('\n')).routes) {
    t.equal(routes.treeOf(route.hosts[0]?.listenerPort).add(route.path, route), undefined)
  }
  for (const [request, found] of [
    ['-:8080 /a', ':8080/a'],
    ['-:8080 /a/b/c', ':8080/a/b'],
    ['-:9090 /a/b/c', ':9090/a'],
    ['-:7070 /a/b/c', '/a/b/c'],
    ['- /a', '/a'],
    ['-:8080 /b', undefined],
  ] as const) {
    const key = keyOf(request)
    t.equal(routes.find(key.path, key)?.name, found, request)
  }
  t.end()
})

t.test('a port has one tree', (t) => {
  const routes = new HostRoutes()
  t.equal(routes.treeOf(80), routes.treeOf(80))
  t.not(routes.treeOf(80), routes.treeOf(81))
  t.equal(routes.treeOf(undefined), routes.treeOf(undefined))
  t.end()
})
