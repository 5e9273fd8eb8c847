import { once } from 'node:events'
import { lstatSync, readdirSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { BuiltCommand } from '../../fixtures/built-command.js'
import { request } from '../../fixtures/exchanges.js'
import { logKeys } from '../../lib/cli/log-keys.js'
import { connectRaw, connectUnix } from '../../fixtures/peers/raw-peer.js'
import { builtCommand, CliProcess } from '../../fixtures/routes/cli-process.js'
import { socketFolder } from '../../fixtures/socket-folder.js'

/** What it says where the machine has not files enough for the default limit of connections. */
const fewFiles =
  /^(?:railscale: at most \d+ client connections: this process may open \d+ files \(ulimit -n\)\n)?$/

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
  t.match(command.errors, fewFiles)
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
  const seconds = Object.entries(went ?? {}).filter(([key]) => key.endsWith('_seconds'))
  for (const [key, value] of seconds) t.ok((value as number) >= 0 && (value as number) < 60, key)
  t.match(went?.['time'], /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  t.match(went, {
    'client.address': '127.0.0.1',
    'http.request.method': 'POST',
    'server.address': 'a.test',
    'url.path': '/api/x',
    'http.response.status_code': 201,
    'http.route': 'api',
    origin,
    ended_by: 'origin',
    phase: 'relay',
    connection: 'new',
    retries: 0,
    request_id: /^\w+$/,
    'http.request.body.size': 4,
    'http.response.body.size': 3,
  })
  const without = [
    'url.query',
    'dial_name_seconds',
    'dial_tls_seconds',
    'error.type',
    'error_side',
    'error_detail',
  ]
  t.same(
    Object.keys(went ?? {}),
    Object.keys(logKeys).filter((key) => !without.includes(key)),
  )
  t.match(failed, {
    'http.response.status_code': 404,
    ended_by: 'gateway',
    phase: 'route',
    connection: 'none',
    'error.type': 'NO_ROUTE',
    error_side: 'downstream',
  })
  for (const key of ['http.route', 'origin', 'request_id', 'error_detail'])
    t.notOk(key in (failed ?? {}), key)
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

t.test('limits come from the command line and from the environment', async (t) => {
  const environment = { RAILSCALE_HEAD_TIMEOUT: '100ms', RAILSCALE_MAX_FIELDS: '1' }
  const args = ['serve', '--route', 'b.test -> :1', ...free, '--max-fields', '2']
  const command = new BuiltCommand(t, 'bin/railscale.js', args, environment)
  const port = await command.port()
  for (const [sent, status] of [
    ['GET / HTTP/1.1\r\n', 408],
    ['GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\n\r\n', 404],
    ['GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\nB: 2\r\n\r\n', 431],
  ] as const) {
    const client = await connectRaw(port)
    client.send(sent)
    t.match(await client.untilEnd(), new RegExp(`^HTTP/1\\.1 ${status} `))
    client.end()
  }
})

/** Serves one route on a unix socket. */
function onSocket(t: Test, path: string): BuiltCommand {
  const args = ['serve', '--route', 'b.test -> :1', '--listen', `unix:${path},mode=600`]
  return new BuiltCommand(t, 'bin/railscale.js', args)
}

async function statusAt(path: string): Promise<string> {
  const client = await connectUnix(path)
  client.send(request())
  const answer = await client.untilEnd()
  client.end()
  return answer.slice(0, 12)
}

t.test('a unix socket of one that was killed makes room, and one that answers does not', async (t) => {
  const folder = socketFolder(t)
  const path = join(folder, 'socket')
  const killed = onSocket(t, path)
  await killed.untilPrinted(/^listening on unix:/m)
  killed.child.kill('SIGKILL')
  await killed.ended
  t.ok(lstatSync(path).isSocket(), 'its file is left behind')
  const command = onSocket(t, path)
  t.equal(await command.untilPrinted(/^listening on (.*)$/m), `unix:${path}`)
  t.equal(lstatSync(path).mode & 0o777, 0o600)
  const second = onSocket(t, path)
  t.equal(await second.ended, 3)
  t.match(second.errors, `railscale: unix:${path}: the address is in use by another process`)
  t.equal(await statusAt(path), 'HTTP/1.1 404')
  command.child.kill('SIGTERM')
  t.equal(await command.ended, 0)
  t.strictSame(readdirSync(folder), [])
})

t.test('of several that start at once on a socket left behind one serves it', async (t) => {
  const folder = socketFolder(t)
  const path = join(folder, 'socket')
  const killed = onSocket(t, path)
  await killed.untilPrinted(/^listening on unix:/m)
  killed.child.kill('SIGKILL')
  await killed.ended
  const commands = [1, 2, 3].map(() => onSocket(t, path))
  const starts = commands.map((command) =>
    command.untilPrinted(/^1 route$/m).then(
      () => 0,
      () => command.ended,
    ),
  )
  t.strictSame((await Promise.all(starts)).sort(), [0, 3, 3])
  t.equal(await statusAt(path), 'HTTP/1.1 404')
  t.strictSame(readdirSync(folder), ['socket'])
})

t.test('where it may open few files it says how many clients it takes', async (t) => {
  const few = ['/bin/sh', '-c', 'ulimit -n 1000 && exec "$@"', 'sh', ...builtCommand]
  const command = new CliProcess(t, ['serve', '--route', 'b.test -> :1', ...free], {}, few)
  await command.listening()
  t.equal(
    command.errors,
    'railscale: at most 389 client connections: this process may open 1000 files (ulimit -n)\n',
  )
})

t.test('a route on a port on which nothing listens ends it with 2', async (t) => {
  const command = serve(t, '* -> :1\na.test:8081/x -> :2\n', '--listen', '127.0.0.1:8082')
  t.equal(await command.ended, 2)
  t.equal(command.output, '')
  t.match(command.errors, /routes\.txt:2:\d+: error: the route is bound to port 8081, .*\n[^]*\n1 error\n$/)
})
