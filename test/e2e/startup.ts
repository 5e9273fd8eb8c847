import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { BuiltCommand } from '../../fixtures/built-command.js'
import { request } from '../../fixtures/exchanges.js'
import { connectRaw } from '../../fixtures/peers/raw-peer.js'

const free = ['--listen', '127.0.0.1:0']

function serve(t: Test, routes: string, ...args: string[]): BuiltCommand {
  const file = join(t.testdir({ 'routes.txt': routes }), 'routes.txt')
  return new BuiltCommand(t, 'bin/railscale.js', ['serve', '--routes', file, ...args])
}

t.test('it says on stdout where it listens and what it routes, and nothing else', async (t) => {
  const command = serve(
    t,
    'a.test/api -> :4000 strip name=api\na.test -> :3000\n',
    ...free,
    '--metrics',
    '127.0.0.1:0',
  )
  await command.untilPrinted(/^2 routes\n(?: {2}.*\n){2}/m)
  const [listening, metrics, count, ...routes] = command.output.split('\n')
  t.match(listening, /^listening on http:\/\/127\.0\.0\.1:[1-9]\d*$/)
  t.match(metrics, /^metrics on http:\/\/127\.0\.0\.1:[1-9]\d*\/metrics$/)
  t.equal(count, '2 routes')
  t.match(routes.join('\n'), 'a.test/api -> localhost:4000')
  command.child.kill('SIGTERM')
  t.equal(await command.ended, 0)
  t.equal(command.errors, '')
})

t.test('a line of the JSON log has these keys, and the values of its exchange', async (t) => {
  const server = createServer((socket) => {
    socket.on('data', () => socket.end('HTTP/1.1 201 Created\r\nContent-Length: 3\r\n\r\nyes'))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const origin = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const command = serve(t, `a.test/api -> ${origin} strip name=api\n`, ...free, '--log', 'json')
  const port = await command.port()
  for (const text of [
    `POST /api/x?secret HTTP/1.1\r\nHost: A.test\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbody`,
    request('GET /nowhere HTTP/1.1'),
  ]) {
    const client = await connectRaw(port)
    client.send(text)
    await client.untilEnd()
    client.end()
  }
  command.child.kill('SIGTERM')
  t.equal(await command.ended, 0)
  const lines = command.errors.trimEnd().split('\n')
  const [went, failed] = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  const seconds = ['forward_seconds', 'connect_seconds', 'relay_seconds']
  for (const name of seconds) t.ok((went?.[name] as number) >= 0 && (went?.[name] as number) < 60, name)
  t.match(went?.['time'], /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  const own = { method: 'POST', host: 'a.test', path: '/api/x', status: 201, route: 'api', origin }
  t.match(went, { ...own, request_bytes: 4, response_bytes: 3 })
  t.same(Object.keys(went ?? {}), [
    'time',
    ...Object.keys(own),
    'request_bytes',
    'response_bytes',
    ...seconds,
  ])
  t.match(failed, {
    status: 404,
    route: '',
    origin: '',
    error: 'NO_ROUTE',
    phase: 'route',
    side: 'downstream',
  })
  t.equal(lines.length, 2)
})

t.test('a broken routes file ends it with 2 and every mistake, and nothing listens', async (t) => {
  const command = serve(t, 'a.test :3000\nb.test -> :nothing\n', ...free, '--metrics', '127.0.0.1:0')
  t.equal(await command.ended, 2)
  t.equal(command.output, '', 'it has not said that it listens')
  t.match(command.errors, /routes\.txt:1:\d+: error: [^]*routes\.txt:2:\d+: error: [^]*\n2 errors\n$/)
  t.notMatch(command.errors, /^ {4}at /m, 'no stack')
})

t.test('a port in use ends it with 3, and is named', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  t.teardown(() => taken.close())
  const address = `127.0.0.1:${(taken.address() as AddressInfo).port}`
  const command = serve(t, '* -> :3000\n', '--listen', address)
  t.equal(await command.ended, 3)
  t.equal(command.output, '')
  t.match(command.errors, `railscale: ${address}: the address is in use by another process`)
})
