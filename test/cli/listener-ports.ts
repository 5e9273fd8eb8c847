import t from 'tap'
import { checkAsked, checkOpened, unheardPorts } from '../../lib/cli/listener-ports.js'
import { parseListenAddress } from '../../lib/gateway/listen-address.js'
import { compileRoutes } from '../../lib/routes/compile.js'
import type { ListenerPort } from '../../lib/routes/route-table.js'

function ports(text: string): readonly ListenerPort[] {
  const { table, mistakes } = compileRoutes([{ name: 'routes.txt', text }])
  if (table === undefined) throw new Error(mistakes.map((one) => one.message).join())
  return table.listenerPorts
}

const routes = ports('* -> :1\na.test:8081 -> :2\n:8082/x -> :3\n')

t.test('ports that are listened on, and routes without a port, are no mistake', (t) => {
  checkOpened(routes, [8081, 1, 8082])
  checkOpened(ports('* -> :1\n'), [])
  checkAsked(routes, ['8081', '*:8082', 'unix:/x'].map(parseListenAddress))
  t.end()
})

t.test('every route whose port nobody listens on is told with its place, with exit code 2', (t) => {
  t.throws(() => checkOpened(routes, [8082]), {
    exitCode: 2,
    message:
      /^routes\.txt:2:1: error: the route is bound to port 8081, on which nothing listens\n 2 \| a\.test:8081 -> :2\n {3}\| \^{11}\n +.*add --listen 8081.*\n1 error$/,
  })
  t.throws(() => checkAsked(routes, [parseListenAddress('unix:/x')]), {
    message: /^routes\.txt:2:[^]*\nroutes\.txt:3:[^]*port 8082[^]*\n2 errors$/,
  })
  t.end()
})

t.test('who cannot stop for it is given the mistakes', (t) => {
  t.strictSame(
    unheardPorts(routes, [8082]).map(({ severity, place, message }) => [severity, place.line, message]),
    [['error', 2, 'the route is bound to port 8081, on which nothing listens']],
  )
  t.strictSame(unheardPorts(routes, [8082, 8081]), [])
  t.end()
})

t.test('where port 0 is listened on it is not known before', (t) => {
  checkAsked(routes, ['8081', '127.0.0.1:0'].map(parseListenAddress))
  t.end()
})
