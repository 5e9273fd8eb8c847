import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { request, response } from '../../fixtures/exchanges.js'
import { takeMessage } from '../../fixtures/peers/messages.js'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import { connectRaw, connectUnix, type RawPeer } from '../../fixtures/peers/raw-peer.js'
import { builtCommand, CliProcess } from '../../fixtures/routes/cli-process.js'
import { statusHome, type StatusHome } from '../../fixtures/status-subject.js'
import type { StatusReport } from '../../lib/cli/status-report.js'

interface Started {
  readonly gateway: CliProcess
  readonly port: number
  readonly pid: number
  /** Of its status socket. */
  readonly path: string
}

async function started(t: Test, home: StatusHome, ...argv: readonly string[]): Promise<Started> {
  const command = ['serve', '--listen', '127.0.0.1:0', ...argv]
  const gateway = new CliProcess(t, command, home.environment, builtCommand)
  const port = await gateway.listening()
  const pid = gateway.child.pid as number
  return { gateway, port, pid, path: join(home.folder, `${pid}.sock`) }
}

/** What `railscale status` says. */
async function status(t: Test, home: StatusHome, ...argv: readonly string[]) {
  const command = new CliProcess(t, ['status', ...argv], home.environment, builtCommand)
  const code = await command.ended
  return { code, output: command.output, errors: command.errors }
}

async function reports(t: Test, home: StatusHome): Promise<StatusReport[]> {
  return JSON.parse((await status(t, home, '--json')).output) as StatusReport[]
}

/** The only gateway, once what it tells is as it should be. */
async function until(
  t: Test,
  home: StatusHome,
  met: (report: StatusReport) => boolean,
): Promise<StatusReport> {
  for (;;) {
    const [report] = await reports(t, home)
    if (report !== undefined && met(report)) return report
  }
}

async function client(t: Test, port: number): Promise<RawPeer> {
  const peer = await connectRaw(port)
  t.teardown(() => peer.destroy())
  return peer
}

async function answer(t: Test, port: number): Promise<string> {
  const peer = await client(t, port)
  peer.send(request('GET / HTTP/1.1', 'Connection: close'))
  return (await takeMessage(peer)).content
}

const hello = ['--route', '* -> 200 "hello"']

t.test('two gateways have a socket each, for their user alone, and are told of', async (t) => {
  const home = statusHome(t)
  const [one, other] = [await started(t, home, ...hello), await started(t, home, ...hello, '--log', 'json')]
  t.equal(statSync(home.folder).mode & 0o777, 0o700)
  for (const { path } of [one, other]) {
    t.ok(lstatSync(path).isSocket())
    t.equal(lstatSync(path).mode & 0o777, 0o600)
  }
  const { code, output, errors } = await status(t, home)
  t.strictSame([code, errors], [0, ''])
  for (const { pid, port } of [one, other]) {
    t.match(output, `process ${pid}, serving`)
    t.match(output, `  listening   http://127.0.0.1:${port}\n`)
  }
  t.match(await status(t, home, '--pid', String(other.pid)), { code: 0, output: `process ${other.pid}, ` })
  const { output: json } = await status(t, home, '--json', '--pid', String(one.pid))
  t.match(JSON.parse(json), [{ pid: one.pid, listeners: [`http://127.0.0.1:${one.port}`] }])
  one.gateway.child.kill('SIGTERM')
  t.equal(await one.gateway.ended, 0)
  t.strictSame(readdirSync(home.folder), [`${other.pid}.sock`])
  t.equal(one.gateway.errors.replace(/^railscale: at most .*\n/, ''), '', 'and nothing was said')
})

t.test('the socket of a gateway that was killed goes when somebody asks', async (t) => {
  const home = statusHome(t)
  const [killed, other] = [await started(t, home, ...hello), await started(t, home, ...hello)]
  killed.gateway.child.kill('SIGKILL')
  await killed.gateway.ended
  t.ok(existsSync(killed.path))
  const told = await reports(t, home)
  t.strictSame(
    told.map(({ pid }) => pid),
    [other.pid],
  )
  t.strictSame(readdirSync(home.folder), [`${other.pid}.sock`])
})

t.test('the socket of a gateway that was killed goes when the next one starts', async (t) => {
  const home = statusHome(t)
  const killed = await started(t, home, ...hello)
  killed.gateway.child.kill('SIGKILL')
  await killed.gateway.ended
  const next = await started(t, home, ...hello)
  t.strictSame(readdirSync(home.folder), [`${next.pid}.sock`])
})

t.test('where none runs it says so, with 1', async (t) => {
  const home = statusHome(t)
  const gateway = await started(t, home, ...hello, '--status', 'off')
  t.notOk(existsSync(home.folder))
  const { code, output, errors } = await status(t, home)
  t.strictSame([code, output], [1, ''])
  t.match(errors, `railscale: no gateway of this user answers; looked in ${home.folder} and `)
  t.equal(await answer(t, gateway.port), 'hello')
})

/** The samples of STATUS_FAILED on the metrics page. */
async function failures(t: Test, { gateway }: Started): Promise<string | undefined> {
  const port = /^metrics on http:\S+?:(\d+)\//m.exec(gateway.output)?.[1]
  const peer = await client(t, Number(port))
  peer.send('GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  return /^railscale_connection_errors_total\{[^}]*code="STATUS_FAILED"[^}]*\} (\d+)$/m.exec(
    await peer.untilEnd(),
  )?.[1]
}

/** Waits until stderr has `text`. @returns all that it has */
async function told({ gateway }: Started, text: string): Promise<string> {
  while (!gateway.errors.includes(text)) await once(gateway.child.stderr, 'data')
  return gateway.errors
}

const sentence = 'railscale: the socket for railscale status cannot be opened: '

for (const [what, spoil, said] of [
  [
    'whose folder is open to others',
    ({ folder }: StatusHome) => {
      mkdirSync(folder)
      chmodSync(folder, 0o755)
      return {}
    },
    /is open to others \(mode 755\); chmod 700 makes it yours alone; it serves all the same\n$/,
  ],
  [
    'whose folder cannot be made',
    () => ({ XDG_RUNTIME_DIR: '', TMPDIR: '/proc' }),
    /the folder \/proc\/railscale-\d+ cannot be made \(E[A-Z]+\); it serves all the same\n$/,
  ],
  [
    'whose path is too long',
    () => ({ XDG_RUNTIME_DIR: '', TMPDIR: `/${'x'.repeat(100)}` }),
    /is too long for a unix socket; it serves all the same\n$/,
  ],
] as const) {
  t.test(`a gateway ${what} says so once, counts it, and serves`, async (t) => {
    const home = statusHome(t)
    const environment = { ...home.environment, ...spoil(home) }
    const spoiled = { ...home, environment }
    const one = await started(t, spoiled, ...hello, '--metrics', '127.0.0.1:0')
    t.match(await told(one, 'serves all the same\n'), sentence)
    t.match(one.gateway.errors, said)
    t.equal(await answer(t, one.port), 'hello')
    t.equal(await failures(t, one), '1')
    t.match(await status(t, spoiled), { code: 1, output: '' })
    const logged = await started(t, spoiled, ...hello, '--log', 'json')
    t.match(JSON.parse((await told(logged, '\n')).trim()), { event: 'status', error: 'STATUS_FAILED' })
    one.gateway.child.kill('SIGTERM')
    t.equal(await one.gateway.ended, 0)
  })
}

t.test('exchanges under way, their origins, and one that is marked down are shown', async (t) => {
  const home = statusHome(t)
  const origin = await RawOrigin.start()
  t.teardown(() => origin.close())
  const closed = await RawOrigin.start()
  const closedPort = closed.port
  await closed.close()
  const file = join(home.environment.TMPDIR, 'routes.txt')
  writeFileSync(
    file,
    `a.test/slow -> 127.0.0.1:${origin.port} name=slow\na.test/gone -> 127.0.0.1:${closedPort} wait=1m name=gone\n`,
  )
  const { port } = await started(t, home, '--routes', file)
  const [slow, gone] = [await client(t, port), await client(t, port)]
  slow.send(request('GET /slow/of%1bme HTTP/1.1'))
  const upstream = await origin.peer()
  await upstream.untilText('\r\n\r\n')
  gone.send(request('GET /gone HTTP/1.1'))
  const report = await until(t, home, ({ origins }) => origins.down === 1 && origins.waiting === 1)
  t.match(report, {
    clients: { connections: 2 },
    exchanges: { count: 2, tunnels: 0 },
    origins: { busy: 1 },
    routes: { count: 2, sources: [file] },
  })
  t.match(report.exchanges.listed, [
    {
      phase: 'relay',
      method: 'GET',
      host: 'a.test',
      path: '/slow/of%1bme',
      route: 'slow',
      client: '127.0.0.1',
    },
    { phase: 'route', path: '/gone', route: 'gone' },
  ])
  const down = report.origins.listed[0]
  t.match(down, { origin: `127.0.0.1:${closedPort}`, idle: 0, busy: 0 })
  t.ok((down?.down_seconds ?? 0) > 0)
  t.match(report.origins.listed[1], { origin: `127.0.0.1:${origin.port}`, busy: 1, down_seconds: 0 })
  const { output } = await status(t, home)
  t.match(output, / {2}GET a\.test\/slow\/of%1bme -> slow \(127\.0\.0\.1:\d+\) from 127\.0\.0\.1\n/)
  t.match(output, /\norigins\n/)
  upstream.send(response('done'))
  t.equal((await takeMessage(slow)).content, 'done')
  await until(t, home, ({ origins, exchanges }) => origins.idle === 1 && exchanges.count === 1)
})

t.test('a tunnel is counted as one, and a gateway that drains still tells', async (t) => {
  const home = statusHome(t)
  const origin = await RawOrigin.start()
  t.teardown(() => origin.close())
  const { gateway, port } = await started(t, home, '--route', `* -> 127.0.0.1:${origin.port}`)
  const peer = await client(t, port)
  const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='
  peer.send(
    request(
      'GET /ws HTTP/1.1',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      key,
    ),
  )
  const upstream = await origin.peer()
  await upstream.untilText('\r\n\r\n')
  upstream.send('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  await peer.untilText('\r\n\r\n')
  const report = await until(t, home, ({ exchanges }) => exchanges.tunnels === 1)
  t.match(report.exchanges.listed, [{ tunnel: true, path: '/ws' }])
  gateway.child.kill('SIGTERM')
  await until(t, home, ({ draining }) => draining)
  peer.destroy()
  upstream.destroy()
  t.equal(await gateway.ended, 0)
  t.strictSame(readdirSync(home.folder), [])
})

t.test('reloads count generations, and a bad one is told with its first mistake', async (t) => {
  const home = statusHome(t)
  const file = join(home.environment.TMPDIR, 'routes.txt')
  writeFileSync(file, 'a.test -> :1\n')
  const { gateway } = await started(t, home, '--routes', file)
  const reload = async (routes: string): Promise<void> => {
    writeFileSync(file, routes)
    gateway.child.kill('SIGHUP')
    await once(gateway.child.stderr, 'data')
  }
  const [first] = await reports(t, home)
  t.match(first?.routes, { generation: 1, count: 1, last_reload: null })
  await reload('a.test -> :1\nb.test -> :2\n')
  const second = await until(t, home, ({ routes }) => routes.last_reload !== null)
  t.match(second.routes, {
    generation: 2,
    count: 2,
    last_reload: { outcome: 'good', errors: 0, first: null },
  })
  t.ok(second.routes.loaded_at > (first?.routes.loaded_at ?? ''))
  await reload('a.test -> :1\nb.test :2\n')
  const third = await until(t, home, ({ routes }) => routes.last_reload?.outcome === 'bad')
  t.match(third.routes, {
    ...{ generation: 2, count: 2, loaded_at: second.routes.loaded_at },
    last_reload: { errors: 1, first: { severity: 'error', file, line: 2, column: 8 } },
  })
  const { output } = await status(t, home)
  t.match(
    output,
    /generation 2, loaded .* ago\n {2}last reload {2}bad, .* ago, 1 error; the routes of before stay\n/,
  )
  t.match(output, `${file}:2:8: error: `)
})

/** A client of the socket, once there is room among those that wait to be accepted. */
async function connected(path: string): Promise<RawPeer> {
  for (;;) {
    try {
      return await connectUnix(path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
    }
  }
}

t.test('clients of the socket that misbehave harm nobody', async (t) => {
  const home = statusHome(t)
  const { gateway, port, path } = await started(t, home, ...hello)
  const peers: RawPeer[] = []
  t.teardown(() => {
    for (const peer of peers) peer.destroy()
  })
  for (let i = 0; i < 1_000; i++) {
    const peer = await connected(path)
    peers.push(peer)
    if (i % 5 === 1) peer.send('\x00\xff garbage'.repeat(1_000))
    if (i % 5 === 2) peer.send('status 1\n')
    if (i % 5 === 3) peer.socket.pause()
    if (i % 5 === 3) peer.send('status 1\n'.repeat(10_000))
    if (i % 5 === 4) peer.destroy()
  }
  t.match(await status(t, home), { code: 0, errors: '' })
  t.equal(await answer(t, port), 'hello')
  for (const peer of peers) peer.destroy()
  t.match(await reports(t, home), [{ protocol: 1 }])
  gateway.child.kill('SIGTERM')
  t.equal(await gateway.ended, 0)
  t.equal(gateway.errors.replace(/^railscale: at most .*\n/, ''), '')
})

t.test('a gateway whose socket is gone serves on, and ends well', async (t) => {
  const home = statusHome(t)
  const { gateway, port } = await started(t, home, ...hello)
  rmSync(home.folder, { recursive: true })
  t.match(await status(t, home), { code: 1 })
  t.equal(await answer(t, port), 'hello')
  gateway.child.kill('SIGTERM')
  t.equal(await gateway.ended, 0)
})

t.test('a gateway that is stopped does not hold the others up', async (t) => {
  const home = statusHome(t)
  const [stopped, other] = [await started(t, home, ...hello), await started(t, home, ...hello)]
  stopped.gateway.child.kill('SIGSTOP')
  t.teardown(() => stopped.gateway.child.kill('SIGCONT'))
  const { code, output, errors } = await status(t, home)
  t.equal(code, 0)
  t.match(output, `process ${other.pid}, `)
  t.equal(errors, `railscale: process ${stopped.pid}: it does not answer within 3 s\n`)
  t.ok(existsSync(stopped.path), 'and its socket stays')
})

t.test('names of files move no cursor', async (t) => {
  const home = statusHome(t)
  const file = join(home.environment.TMPDIR, 'r\x1b[31m.txt')
  writeFileSync(file, '* -> 200 "a\u202eb\u200b"\n')
  await started(t, home, '--routes', file)
  const text = await status(t, home)
  t.equal(text.code, 0)
  t.notMatch(text.output.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u)
  const json = await status(t, home, '--json')
  t.match(json.output, /^[\n -~]+$/)
  const [report] = JSON.parse(json.output) as StatusReport[]
  t.match(report?.routes, { sources: [file], listed: [{ file }] })
})
