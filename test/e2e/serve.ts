import { createHash } from 'node:crypto'
import { createServer, request, type IncomingMessage, type RequestListener } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { BuiltCommand } from '../../fixtures/built-command.js'
import { logLines } from '../../fixtures/log-line.js'
import { socketFolder } from '../../fixtures/socket-folder.js'
import { metricTable, pageName, type MetricName } from '../../lib/metrics/metric-table.js'

async function origin(t: Test, serve: RequestListener): Promise<number> {
  const server = createServer(serve)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return (server.address() as AddressInfo).port
}

function serve(t: Test, ...args: string[]): BuiltCommand {
  return new BuiltCommand(t, 'bin/railscale.js', ['serve', '--listen', '127.0.0.1:0', ...args])
}

/** One request on a connection of its own. */
async function ask(port: number, host: string, path: string, body?: Buffer): Promise<IncomingMessage> {
  const method = body === undefined ? 'GET' : 'PUT'
  const asked = request({ port, host: '127.0.0.1', path, method, headers: { host }, agent: false })
  asked.end(body)
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  return response
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = ''
  for await (const bytes of response) text += String(bytes)
  return text
}

t.test('requests go through the built command, stripped, logged and counted', async (t) => {
  const web = await origin(t, (asked, response) => void response.end(`web ${asked.url}`))
  const api = await origin(t, (asked, response) => {
    response.end(`api ${asked.url} ${String(asked.headers['x-forwarded-prefix'])}`)
  })
  const routes = ['--route', `a.test -> :${web} name=web`, '--route', `a.test/api -> :${api} strip name=api`]
  const command = serve(t, ...routes, '--log', 'json', '--metrics', '127.0.0.1:0')
  const port = await command.port()
  t.equal(await textOf(await ask(port, 'a.test', '/x')), 'web /x')
  t.equal(await textOf(await ask(port, 'a.test', '/api/y?z')), 'api /y?z /api')
  t.equal((await ask(port, 'b.test', '/')).statusCode, 404)
  const page = await textOf(await fetchPage(command))
  // No origin failed, and where the system does not tell of open files they are left out.
  const missing = new Set(['origin_errors', 'process_open_fds'])
  for (const name of Object.keys(metricTable).filter((name) => !missing.has(name)))
    t.match(page, new RegExp(`^${pageName(name as MetricName)}`, 'm'), name)
  t.match(page, /^railscale_connections_total 3$/m)
  t.match(page, /^railscale_connection_errors_total\{code="NO_ROUTE"\} 1$/m)
  t.match(page, /^railscale_request_forward_duration_seconds_count 2$/m)
  t.match(page, /^railscale_upstream_connect_duration_seconds_count 2$/m)
  t.match(page, /^railscale_response_relay_duration_seconds_count 2$/m)
  t.match(page, /^railscale_response_bytes_sum 19$/m)
  t.match(page, /^railscale_frames_parsed_total 2$/m)
  t.match(page, /^railscale_bytes_passthrough_total 0$/m)
  command.child.kill('SIGTERM')
  t.equal(await command.ended, 0)
  t.same(
    logLines(command.errors).map(({ path, status, route }) => [path, status, route]),
    [
      ['/x', 200, 'web'],
      ['/api/y', 200, 'api'],
      ['/', 404, ''],
    ],
  )
})

async function fetchPage(command: BuiltCommand): Promise<IncomingMessage> {
  const url = new URL(await command.untilPrinted(/^metrics on (\S+)$/m))
  return ask(Number(url.port), 'localhost', url.pathname)
}

t.test('16 MiB up and 16 MiB down arrive byte for byte', async (t) => {
  const content = Buffer.alloc(16 * 1024 * 1024)
  for (let i = 0; i < content.length; i += 4) content.writeUInt32LE(i, i)
  const digest = createHash('sha256').update(content).digest('hex')
  const port = await origin(t, (asked, response) => {
    const hash = createHash('sha256')
    asked.on('data', (bytes: Buffer) => hash.update(bytes))
    asked.on('end', () => response.end(asked.url === '/down' ? content : hash.digest('hex')))
  })
  const gateway = await serve(t, '--route', `* -> :${port}`).port()
  t.equal(await textOf(await ask(gateway, 'a', '/up', content)), digest)
  const hash = createHash('sha256')
  for await (const bytes of await ask(gateway, 'a', '/down')) hash.update(bytes as Buffer)
  t.equal(hash.digest('hex'), digest)
})

t.test('an event stream arrives event by event', async (t) => {
  let sendEvent: (text: string) => void = () => undefined
  const port = await origin(t, (_asked, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    sendEvent = (text) => response.write(`data: ${text}\n\n`)
  })
  const gateway = await serve(t, '--route', `* -> :${port}`).port()
  const response = await ask(gateway, 'a', '/events')
  // Each event is sent when the one before has arrived.
  for (const event of ['one', 'two', 'three']) {
    const arrived = once(response, 'data')
    sendEvent(event)
    t.equal(String((await arrived)[0]), `data: ${event}\n\n`)
  }
  response.destroy()
})

t.test('a client on a trusted unix socket is believed, one on a port is not', async (t) => {
  const port = await origin(t, (asked, response) => response.end(String(asked.headers['x-forwarded-for'])))
  const socketPath = join(socketFolder(t), 'socket')
  const command = serve(t, '--listen', `unix:${socketPath}`, '--trust', 'unix', '--route', `* -> :${port}`)
  const gateway = await command.port()
  for (const [where, told] of [
    [{ socketPath }, '192.0.2.1'],
    [{ host: '127.0.0.1', port: gateway }, '127.0.0.1'],
  ] as const) {
    const headers = { host: 'a', 'x-forwarded-for': '192.0.2.1' }
    const asked = request({ ...where, headers, agent: false })
    asked.end()
    const [response] = (await once(asked, 'response')) as [IncomingMessage]
    t.equal(await textOf(response), told)
  }
})

t.test('16 MiB up and down pass a unix socket byte for byte', async (t) => {
  const content = Buffer.alloc(16 * 1024 * 1024, 'railscale ')
  const port = await origin(t, (asked, response) => void asked.pipe(response))
  const socketPath = join(socketFolder(t), 'socket')
  const command = serve(t, '--listen', `unix:${socketPath}`, '--route', `* -> :${port}`)
  await command.port()
  const asked = request({ socketPath, method: 'PUT', headers: { host: 'a' }, agent: false })
  asked.end(content)
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  const parts: Buffer[] = []
  for await (const bytes of response) parts.push(bytes as Buffer)
  t.ok(Buffer.concat(parts).equals(content))
})
