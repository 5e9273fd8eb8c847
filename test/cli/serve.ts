import { existsSync, lstatSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { Server, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { fakeWatchers } from '../../fixtures/fake-watchers.js'
import { logLine } from '../../fixtures/log-line.js'
import { takeMessage } from '../../fixtures/peers/messages.js'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import { connectRaw, connectUnix, type RawPeer } from '../../fixtures/peers/raw-peer.js'
import { FakeTerminal, run, serving } from '../../fixtures/routes/fake-terminal.js'
import { socketFolder } from '../../fixtures/socket-folder.js'
import { statusHome } from '../../fixtures/status-subject.js'
import { main } from '../../lib/cli/main.js'
import { askStatus } from '../../lib/cli/status-question.js'

const free = ['--listen', '127.0.0.1:0']
const get = 'GET /x HTTP/1.1\r\nHost: a.test\r\n\r\n'
const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

/** An origin that answers when the test says so, and the route to it. */
async function origin(t: Test): Promise<{ origin: RawOrigin; route: readonly string[] }> {
  const origin = await RawOrigin.start()
  t.teardown(() => origin.close())
  return { origin, route: ['--route', `* -> 127.0.0.1:${origin.port} name=all`] }
}

async function client(t: Test, port: number | undefined, host?: string): Promise<RawPeer> {
  const peer = await connectRaw(port ?? 0, host)
  t.teardown(() => peer.destroy())
  return peer
}

/** A client whose request the origin has and has not answered. */
async function underWay(t: Test, more: readonly string[] = [], changes: Partial<FakeTerminal> = {}) {
  const { origin: the, route } = await origin(t)
  const gateway = await serving(t, ['serve', ...route, ...free, ...more], changes)
  const peer = await client(t, gateway.ports[0])
  peer.send(get)
  const upstream = await the.peer()
  await upstream.untilText('\r\n\r\n')
  return { ...gateway, peer, upstream }
}

interface Listening {
  readonly server: Server
  /** host:port that it was told to listen on. */
  readonly asked: string
}

/** Every server that listens from now on; `portOf` may give it another port than it was told. */
function listens(t: Test, portOf = (address: AddressInfo): number => address.port): readonly Listening[] {
  const seen: Listening[] = []
  const real = Object.getOwnPropertyDescriptor(Server.prototype, 'listen')?.value as Server['listen']
  t.intercept(Server.prototype, 'listen', {
    value(this: Server, address: AddressInfo & { host: string }, done: () => void) {
      seen.push({ server: this, asked: `${address.host}:${address.port}` })
      return Reflect.apply(real, this, [{ ...address, port: portOf(address) }, done]) as unknown
    },
  })
  return seen
}

t.test('it says where it listens and what it routes, and requests go there', async (t) => {
  const { peer, upstream, terminal, ports } = await underWay(t)
  t.equal(terminal.output.split('\n')[0], `listening on http://127.0.0.1:${ports[0]}`)
  t.match(terminal.output, /^1 route\n {2}\* -> 127\.0\.0\.1:\d+ \(all\)\n$/m)
  t.match(upstream.received, /^GET \/x HTTP\/1\.1\r\n/)
  upstream.send(ok)
  t.match(await peer.untilText('\r\n\r\nok'), /^HTTP\/1\.1 200 OK\r\n/)
  t.equal(terminal.errors, '', 'and logs nothing where nobody looks')
})

t.test('a signal that comes as soon as it says where it listens is not lost', async (t) => {
  const terminal = new FakeTerminal()
  const stdout = new Writable({
    write: (_chunk, _encoding, done) => {
      t.ok(terminal.watched)
      terminal.signal()
      done()
    },
  })
  t.equal(await main(['serve', '--route', '* -> :1', ...free], Object.assign(terminal, { stdout })), 0)
})

for (const [listen, urls] of [
  ['0', ['http://127.0.0.1:', 'http://[::1]:']],
  ['127.0.0.1:0', ['http://127.0.0.1:']],
  ['127.0.0.2:0', ['http://127.0.0.2:']],
  ['[::1]:0', ['http://[::1]:']],
  ['localhost:0', [/^http:\/\/(?:127\.0\.0\.1|\[::1\]):/]],
  ['*:0', ['http://[::]:']],
] as const) {
  t.test(`--listen ${listen} is what its form says`, async (t) => {
    const { terminal, ports } = await serving(t, ['serve', '--route', '* -> :1', '--listen', listen])
    const shown = [...terminal.output.matchAll(/^listening on (\S+?)\d+$/gm)].map((match) => match[1] ?? '')
    t.match(shown, urls)
    t.equal(shown.length, urls.length)
    t.equal(new Set(ports).size, 1, 'one port on all addresses')
    t.not(ports[0], 0)
  })
}

t.test('--listen is given as often as there are addresses', async (t) => {
  const listen = ['127.0.0.1:0', '127.0.0.2:0', '127.0.0.1:0'].flatMap((text) => ['--listen', text])
  const { ports, terminal } = await serving(t, ['serve', '--route', '/x -> :1', ...listen])
  t.equal(ports.length, 3)
  t.match(terminal.output, /^listening on http:\/\/127\.0\.0\.1:.*\n.*127\.0\.0\.2:.*\n.*127\.0\.0\.1:/)
  for (const [i, host] of ['127.0.0.1', '127.0.0.2', '127.0.0.1'].entries()) {
    const peer = await client(t, ports[i], host)
    peer.send('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n')
    t.match(await peer.untilEnd(), /^HTTP\/1\.1 404 /)
  }
})

t.test('a port in use is told in one sentence that names it, with exit code 3', async (t) => {
  const { ports } = await serving(t, ['serve', '--route', '* -> :1', ...free])
  const taken = `127.0.0.1:${ports[0]}`
  t.strictSame(await run(['serve', '--route', '* -> :1', '--listen', taken]), {
    code: 3,
    output: '',
    errors: `railscale: ${taken}: the address is in use by another process; stop that process, or give another --listen\n`,
  })
})

t.test('where the second address is taken the first is given up again, and so are the metrics', async (t) => {
  const { ports } = await serving(t, ['serve', '--route', '* -> :1', ...free])
  const listening = listens(t)
  const taken = ['--listen', '127.0.0.1:0', '--listen', `127.0.0.1:${ports[0]}`, '--metrics', '127.0.0.1:0']
  t.equal((await run(['serve', '--route', '* -> :1', ...taken])).code, 3)
  t.equal(listening.length, 3)
  for (const { server, asked } of listening) t.notOk(server.listening, asked)
})

t.test('metrics whose port is in use are told with their option, with exit code 3', async (t) => {
  const { ports } = await serving(t, ['serve', '--route', '* -> :1', ...free])
  const taken = `127.0.0.1:${ports[0]}`
  const { code, output, errors } = await run(['serve', '--route', '* -> :1', ...free, '--metrics', taken])
  t.equal(code, 3)
  t.equal(output, '')
  t.match(errors, `railscale: ${taken} (--metrics): the address is in use by another process;`)
})

t.test('an address of another machine is told with the reason, with exit code 3 (RFC 5737)', async (t) => {
  const { code, errors } = await run(['serve', '--route', '* -> :1', '--listen', '192.0.2.1:0'])
  t.equal(code, 3)
  t.match(errors, 'railscale: 192.0.2.1:0 (EADDRNOTAVAIL): the address cannot be listened on; ')
})

t.test('with broken routes all mistakes are told, and nothing listens', async (t) => {
  const file = join(t.testdir({ r: 'a.test :1\n\nb..test -> :x\n' }), 'r')
  const listened = t.capture(Server.prototype, 'listen')
  const more = ['--route', '"', ...free, '--metrics', '127.0.0.1:0', '--log', 'pretty']
  const { code, output, errors } = await run(['serve', '--routes', file, ...more])
  t.equal(code, 2)
  t.equal(output, '')
  t.match(
    errors,
    /:1:8: error: [^]*:3:1: error: [^]*:3:12: error: [^]*\n--route:1:1: error: [^]*\n4 errors\n$/,
  )
  t.equal(listened().length, 0)
})

t.test('routes read the environment of the command', async (t) => {
  const environment = { PORT: '4567' }
  const { terminal } = await serving(t, ['serve', '--route', '* -> :${PORT}', ...free], { environment })
  t.match(terminal.output, '  * -> localhost:4567\n')
  t.match((await run(['serve', '--route', '* -> :${PORT}', ...free])).errors, 'the variable PORT is not set')
})

for (const [what, metrics] of [
  ['host:port', ['--metrics', '127.0.0.1:0']],
  ['a port', ['--metrics=0']],
] as const) {
  t.test(`--metrics with ${what} serves what was counted, where it says`, async (t) => {
    const { peer, upstream, terminal, ports } = await underWay(t, metrics)
    upstream.send(ok)
    await peer.untilText('\r\n\r\nok')
    const url = /^metrics on http:\/\/127\.0\.0\.1:(\d+)\/metrics$/m.exec(terminal.output)
    t.equal(Number(url?.[1]), ports[1])
    const scraper = await client(t, ports[1])
    scraper.send('GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    const page = await scraper.untilEnd()
    t.match(page, '\nrailscale_connections_total 1\n')
    t.match(page, '\nrailscale_frames_parsed_total 1\n')
  })
}

// Port 9464 may be taken on this machine, so it is not really opened.
for (const [where, argv] of [
  ['at the end', ['--log', 'json', '--metrics']],
  ['before another option', ['--metrics', '--log', 'json']],
  ['with an empty value', ['--metrics=', '--log', 'json']],
] as const) {
  t.test(
    `--metrics without a value ${where} is 127.0.0.1:9464, and the other option stays one`,
    async (t) => {
      const listening = listens(t, ({ port }) => (port === 9464 ? 0 : port))
      const { peer, upstream, terminal } = await underWay(t, argv)
      t.ok(listening.some(({ asked }) => asked === '127.0.0.1:9464'))
      upstream.send(ok)
      await peer.untilText('\r\n\r\nok')
      await terminal.until(() => terminal.errors.endsWith('\n'))
      t.match(logLine(terminal.errors), { status: 200, route: 'all' })
    },
  )
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  t.test(`${signal} takes no more clients, finishes what is under way, and ends with 0`, async (t) => {
    const { peer, upstream, terminal, ports, ended } = await underWay(t, ['--metrics', '127.0.0.1:0'])
    const idle = await client(t, ports[0])
    const scraper = await client(t, ports[1])
    terminal.signal(signal)
    t.equal(await idle.untilEnd(), '', 'an idle connection is ended')
    await t.rejects(connectRaw(ports[0] ?? 0), { code: 'ECONNREFUSED' })
    upstream.send(ok)
    const answer = await peer.untilEnd()
    t.match(answer, /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nok$/)
    t.match(answer, /\r\nConnection: close\r\n/i)
    peer.end()
    t.match(await ended, { code: 0, errors: '' })
    await scraper.untilEnd()
    await t.rejects(connectRaw(ports[1] ?? 0), { code: 'ECONNREFUSED' })
    t.notOk(terminal.watched, 'signals are waited for no more')
  })
}

t.test(
  'it can be asked for its status as soon as it says where it listens, until it has drained',
  async (t) => {
    const { environment, folder } = statusHome(t)
    const { peer, upstream, terminal, ended } = await underWay(t, ['--metrics', '127.0.0.1:0'], {
      environment,
    })
    const path = join(folder, `${process.pid}.sock`)
    const metrics = /^metrics on (\S+)$/m.exec(terminal.output)?.[1]
    t.match(await askStatus(path), { draining: false, metrics, exchanges: { listed: [{ path: '/x' }] } })
    terminal.signal()
    // An answer that took long to make is given for a while.
    let answer = await askStatus(path)
    while ('draining' in answer && !answer.draining) answer = await askStatus(path)
    t.match(answer, { draining: true })
    upstream.send(ok)
    await peer.untilEnd()
    peer.end()
    t.match(await ended, { code: 0, errors: '' })
    t.strictSame(readdirSync(folder), [])
  },
)

t.test('a second signal ends what is under way, with 1', async (t) => {
  const { peer, upstream, terminal, ended } = await underWay(t)
  terminal.signal('SIGINT')
  terminal.signal('SIGINT')
  terminal.signal('SIGINT')
  t.match(await ended, { code: 1 })
  await peer.untilEnd()
  await upstream.untilEnd()
  t.notOk(terminal.watched)
})

t.test('a signal while nothing is under way ends it at once, with 0', async (t) => {
  const { terminal, ended } = await serving(t, ['serve', '--route', '* -> :1', ...free])
  terminal.signal()
  t.match(await ended, { code: 0 })
})

/** A gateway with the routes `text` in a file. */
async function withFile(
  t: Test,
  text: string,
  more: readonly string[] = [],
  changes: Partial<FakeTerminal> = {},
) {
  const file = join(t.testdir({ 'routes.txt': text }), 'routes.txt')
  const gateway = await serving(t, ['serve', '--routes', file, ...free, ...more], changes)
  const peer = await client(t, gateway.ports[0])
  /** The content that a request gets. */
  const asked = async (): Promise<string> => {
    peer.send(get)
    return (await takeMessage(peer)).content
  }
  const { terminal } = gateway
  /** Waits until stderr has such a line. @returns all that it has */
  const told = async (pattern: RegExp): Promise<string> => {
    await terminal.until(() => pattern.test(terminal.errors))
    return terminal.errors
  }
  return { ...gateway, file, asked, told }
}

t.test('SIGHUP loads the routes again, changed or not; wrong ones are told and not used', async (t) => {
  const { file, terminal, asked, told } = await withFile(t, '* -> 200 "old"')
  t.equal(await asked(), 'old')
  terminal.signal('SIGHUP')
  t.equal(await told(/\n$/), `railscale: ${file} has not changed: 1 route\n`)
  writeFileSync(file, '* -> 200 "new"')
  t.equal(await asked(), 'old', 'where nobody watches it')
  terminal.signal('SIGHUP')
  await told(/is loaded again: 1 route, 1 changed\n$/)
  t.equal(await asked(), 'new')
  writeFileSync(file, '* ->')
  terminal.signal('SIGHUP')
  t.match(
    await told(/1 error\n$/),
    `\nrailscale: ${file} changed and is wrong; the routes of before stay\n${file}:1:`,
  )
  t.equal(await asked(), 'new')
})

for (const [what, more, changes, watched] of [
  ['on a terminal', ['--log', 'off'], { interactive: true }, 1],
  ['with --watch', ['--watch'], {}, 1],
  ['elsewhere', [], {}, 0],
  ['with --watch=off on a terminal', ['--watch=off', '--log', 'off'], { interactive: true }, 0],
] as const) {
  t.test(`${what} ${watched === 1 ? 'the folder of the file' : 'nothing'} is watched`, async (t) => {
    const watchers = fakeWatchers(t)
    await withFile(t, '* -> 200 "old"', more, changes)
    t.equal(watchers.length, watched)
  })
}

for (const [what, more, changes] of [
  ['on a terminal', ['--log', 'off'], { interactive: true }],
  ['with --watch', ['--watch'], {}],
  ['with RAILSCALE_WATCH', [], { environment: { RAILSCALE_WATCH: 'on' } }],
] as const) {
  t.test(`${what} changed routes are used without a signal`, async (t) => {
    const { file, asked, told } = await withFile(t, '* -> 200 "old"', more, changes)
    t.equal(await asked(), 'old')
    writeFileSync(file, '* -> 200 "new"')
    t.equal(await told(/\n$/), `railscale: ${file} is loaded again: 1 route, 1 changed\n`)
    t.equal(await asked(), 'new')
  })
}

t.test('what is told of routes stands behind what was logged before', async (t) => {
  const { file, terminal, asked, told } = await withFile(t, '* -> 200 "old"', ['--log', 'json'])
  // The turn does not come in which the log would be written by itself.
  const { setImmediate: real } = globalThis
  t.intercept(globalThis, 'setImmediate', {
    value: (run: () => void) => (String(run).includes('#gathered') ? undefined : real(run)),
  })
  await asked()
  terminal.signal('SIGHUP')
  const lines = (await told(/reload[^]*\n$/)).trim().split('\n')
  t.match(
    lines.map((line) => JSON.parse(line) as object),
    [{ 'url.path': '/x' }, { event: 'reload', outcome: 'good' }],
  )
  writeFileSync(file, 'x')
  terminal.signal('SIGHUP')
  t.match(JSON.parse((await told(/bad[^]*\n$/)).trim().split('\n').at(-1) ?? ''), {
    event: 'reload',
    routes: 1,
  })
})

t.test('a route on a port on which nothing listens is not used later either', async (t) => {
  const { file, terminal, told } = await withFile(t, '* -> 200 "old"')
  writeFileSync(file, ':1/x -> :1')
  terminal.signal('SIGHUP')
  t.match(await told(/1 error\n$/), 'the route is bound to port 1, on which nothing listens')
})

t.test('SIGHUP during a drain changes nothing, and is no second signal', async (t) => {
  const watchers = fakeWatchers(t)
  const { terminal, ended, peer, upstream } = await underWay(t, ['--watch'])
  t.equal(watchers.length, 0, 'there are no files')
  terminal.signal('SIGTERM')
  terminal.signal('SIGHUP')
  upstream.send(ok)
  await peer.untilEnd()
  peer.end()
  t.match(await ended, { code: 0, errors: '' })
})

t.test('a drain ends the watch', async (t) => {
  const watchers = fakeWatchers(t)
  const { terminal, ended } = await withFile(t, '* -> 200 "old"', ['--watch'])
  t.equal(watchers.length, 1)
  terminal.signal('SIGTERM')
  t.equal(watchers[0]?.closed, true)
  await ended
})

t.test('the metrics tell of routes in use, and of reloads', async (t) => {
  const { file, terminal, ports, told } = await withFile(t, '* -> 200 "old"', ['--metrics', '127.0.0.1:0'])
  const scraper = await client(t, ports[1])
  const page = async (): Promise<string> => {
    scraper.send('GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n')
    return (await takeMessage(scraper)).content
  }
  /** A page may be one of a moment ago. */
  const pageWith = async (text: RegExp): Promise<string> => {
    let content = await page()
    while (!text.test(content)) content = await page()
    return content
  }
  t.match(await page(), /\nrailscale_routes 1\n[^]*\nrailscale_routes_stale 0\n/)
  writeFileSync(file, 'x')
  terminal.signal('SIGHUP')
  await told(/is wrong/)
  await pageWith(/\nrailscale_routes 1\n[^]*\nrailscale_routes_stale 1\n/)
  writeFileSync(file, '* -> 200 "new"\na -> :1')
  terminal.signal('SIGHUP')
  await told(/is right again/)
  const after = await pageWith(/\nrailscale_routes 2\n[^]*\nrailscale_routes_stale 0\n/)
  t.match(after, '\nrailscale_routes_generation 2\n')
  t.match(after, '\nrailscale_routes_reloads_total{outcome="good"} 1\n')
  t.match(after, '\nrailscale_routes_reloads_total{outcome="bad"} 1\n')
})

t.test('trouble at the port of the metrics is told once, to people or to programs', async (t) => {
  for (const [log, told] of [
    [
      'off',
      /^railscale: the port of the metrics was sent what is no HTTP request; this is said once, [^\n]+\n$/,
    ],
    ['json', /^\{"time":"[^"]+","event":"metrics","trouble":"malformed"\}\n$/],
  ] as const) {
    const argv = ['serve', '--route', '* -> :1', ...free, '--metrics', '127.0.0.1:0', '--log', log]
    const { terminal, ports } = await serving(t, argv)
    for (let i = 0; i < 3; i++) {
      const scraper = await client(t, ports[1])
      scraper.send('nonsense\r\n\r\n')
      t.match(await scraper.untilEnd(), /^HTTP\/1\.1 400 /)
    }
    t.match(terminal.errors, told)
  }
})

t.test('what was logged last is written before it ends', async (t) => {
  const { upstream, terminal, peer, ended } = await underWay(t, ['--log', 'json'])
  terminal.signal()
  upstream.send(ok)
  await peer.untilEnd()
  peer.end()
  const { errors } = await ended
  t.match(logLine(errors), { method: 'GET', host: 'a.test', path: '/x', status: 200, responseBytes: 2 })
})

t.test('SIGUSR2 opens the file of the log again, and is no signal to end', async (t) => {
  const file = join(t.testdir({}), 'a.log')
  const { upstream, terminal, peer, ended } = await underWay(t, ['--log-file', file])
  upstream.send(ok)
  await peer.takeThrough('\r\n\r\nok')
  renameSync(file, `${file}.1`)
  terminal.signal('SIGUSR2')
  while (!existsSync(file)) await turn()
  terminal.signal('SIGTERM')
  terminal.signal('SIGUSR2')
  peer.end()
  t.match(await ended, { code: 0, errors: '' })
  t.equal((readFileSync(file, 'latin1') + readFileSync(`${file}.1`, 'latin1')).split('\n').length, 2)
})

t.test('SIGUSR2 without a file does nothing', async (t) => {
  const { terminal, ended } = await serving(t, ['serve', '--route', '* -> :1', ...free])
  terminal.signal('SIGUSR2')
  terminal.signal('SIGTERM')
  t.match(await ended, { code: 0, errors: '' })
})

t.test('where the log is in a file, stderr is for people', async (t) => {
  const log = ['--log', 'json', '--log-file', join(t.testdir({}), 'a.log')]
  const { terminal } = await serving(t, ['serve', ...everywhere, ...free, ...log], { openFiles: 1_000 })
  t.match(terminal.errors, /^railscale: at most /)
  terminal.signal('SIGHUP')
  await terminal.until(() => terminal.errors.endsWith('\nrailscale: the routes have not changed: 1 route\n'))
})

t.test('a log file that cannot be written to ends the start with 2, before anything listens', async (t) => {
  const listened = t.capture(Server.prototype, 'listen')
  const log = ['--log-file', t.testdir({})]
  const { code, output, errors } = await run(['serve', '--route', '* -> :1', ...free, ...log])
  t.equal(code, 2)
  t.equal(output, '')
  t.match(errors, / cannot be written to: it is a folder \(EISDIR\)\n$/)
  t.equal(listened().length, 0)
})

const everywhere = ['--route', '* -> 127.0.0.1:1']

t.test('limits that are set are in force', async (t) => {
  const limits = ['--max-head', '1k', '--max-fields', '3', '--head-timeout', '100ms']
  const { ports } = await serving(t, ['serve', ...everywhere, ...free, ...limits])
  for (const [sent, status] of [
    [`GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(1_024)}\r\n\r\n`, 431],
    ['GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\nB: 2\r\nC: 3\r\n\r\n', 431],
    ['GET / HTTP/1.1\r\nHost: a\r\n', 408],
  ] as const) {
    const peer = await client(t, ports[0])
    peer.send(sent)
    t.match(await peer.untilEnd(), new RegExp(`^HTTP/1\\.1 ${status} `))
  }
})

t.test('a limit in the environment is in force, and one on the command line before it', async (t) => {
  const environment = { RAILSCALE_MAX_FIELDS: '1' }
  for (const [more, status] of [
    [[], 431],
    [['--max-fields', '2'], 404],
  ] as const) {
    const { ports } = await serving(t, ['serve', '--route', 'b -> :1', ...free, ...more], { environment })
    const peer = await client(t, ports[0])
    peer.send('GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\n\r\n')
    t.match(await peer.untilEnd(), new RegExp(`^HTTP/1\\.1 ${status} `))
  }
})

t.test('a client in --trust is believed, and --errors says what failures tell', async (t) => {
  const { origin: the, route } = await origin(t)
  const more = ['--trust', '10.0.0.0/8,127.0.0.1', '--errors', 'brief']
  const { ports } = await serving(t, [
    'serve',
    ...route,
    '--route',
    'dead.test -> 127.0.0.1:1',
    ...free,
    ...more,
  ])
  const peer = await client(t, ports[0])
  peer.send(get.replace('Host', 'X-Forwarded-For: 192.0.2.1\r\nHost'))
  t.match(await (await the.peer()).untilText('\r\n\r\n'), /^X-Forwarded-For: 192\.0\.2\.1, ?127\.0\.0\.1\r$/m)
  const other = await client(t, ports[0])
  other.send('GET / HTTP/1.1\r\nHost: dead.test\r\n\r\n')
  const told = await other.untilEnd()
  t.match(told, 'ORIGIN_REFUSED')
  t.notMatch(told, '127.0.0.1:1')
})

for (const [what, more, openFiles, told] of [
  ['fit', ['--max-connections', '100'], 1_000, ''],
  ['by default do not fit', [], 1_000, 'at most 389 client connections: this process may open 1000 files'],
  ['asked for do not fit', ['--max-connections', '400'], 1_000, 'at most 389 client connections: this'],
  ['by default do not fit, where the log is for programs,', ['--log', 'json'], 1_000, ''],
  ['asked for do not fit', ['--log', 'json', '--max-connections', '400'], 1_000, 'at most 389 client'],
] as const) {
  t.test(`where the connections ${what} it says ${told === '' ? 'nothing' : told}`, async (t) => {
    const { terminal } = await serving(t, ['serve', ...everywhere, ...free, ...more], { openFiles })
    if (told === '') t.equal(terminal.errors, '')
    else t.match(terminal.errors, `railscale: ${told}`)
    t.ok(terminal.errors.split('\n').length <= 2)
  })
}

t.test('no more clients are served than the process has files for', async (t) => {
  const { upstream, peer, ports } = await underWay(t, [], { openFiles: 98 })
  const refused = await client(t, ports[0])
  t.match(await refused.untilEnd(), /^HTTP\/1\.1 503 /)
  upstream.send(ok)
  await peer.untilText('\r\n\r\nok')
})

t.test('a unix socket is said as it is written, answers, and is gone at the end', async (t) => {
  const folder = socketFolder(t)
  const listen = ['--listen', `unix:${folder}/a.sock,mode=600`]
  const { terminal, ended } = await serving(t, ['serve', '--route', 'b -> :1', ...listen])
  t.equal(terminal.output.split('\n')[0], `listening on unix:${folder}/a.sock`)
  t.equal(lstatSync(join(folder, 'a.sock')).mode & 0o777, 0o600)
  const peer = await connectUnix(join(folder, 'a.sock'))
  peer.send(get)
  t.match(await peer.untilEnd(), /^HTTP\/1\.1 404 /)
  peer.end()
  terminal.signal()
  t.match(await ended, { code: 0 })
  t.strictSame(readdirSync(folder), [])
})

t.test('a unix socket that cannot be had is told in one sentence, with exit code 3', async (t) => {
  const folder = socketFolder(t)
  writeFileSync(join(folder, 'file'), '')
  const { terminal } = await serving(t, ['serve', ...everywhere, '--listen', `unix:${folder}/used`])
  t.match(terminal.output, 'listening on unix:')
  for (const [name, sentence] of [
    ['used', 'used: the address is in use by another process; '],
    ['file', 'file (what is there is no socket, and is left alone): the address cannot be listened on; '],
    ['none/a', `none/a (there is no folder ${folder}/none/): the address cannot be listened on; `],
  ] as const) {
    const { code, output, errors } = await run(['serve', ...everywhere, '--listen', `unix:${folder}/${name}`])
    t.match({ code, output }, { code: 3, output: '' })
    t.ok(errors.startsWith(`railscale: unix:${folder}/${sentence}`), errors)
    t.equal(errors.split('\n').length, 2)
  }
})

t.test(
  'a route on a port on which nothing listens is told with its place, and nothing listens',
  async (t) => {
    const listened = t.capture(Server.prototype, 'listen')
    const unix = ['--listen', `unix:${socketFolder(t)}/a`]
    for (const listen of [['--listen', '127.0.0.1:8080'], unix]) {
      const { code, output, errors } = await run(['serve', '--route', 'a.test:8081 -> :1', ...listen])
      t.match({ code, output }, { code: 2, output: '' })
      t.match(
        errors,
        /^--route:1:\d+: error: the route is bound to port 8081, on which nothing listens\n[^]*\n1 error\n$/,
      )
    }
    t.equal(listened().length, 0)
  },
)

t.test(
  'where port 0 is listened on such a route is told once the port is known, and all is given up',
  async (t) => {
    const listening = listens(t)
    const { code, output, errors } = await run([
      'serve',
      '--route',
      ':1/x -> :1',
      ...free,
      '--metrics',
      '127.0.0.1:0',
    ])
    t.match({ code, output }, { code: 2, output: '' })
    t.match(errors, 'the route is bound to port 1, on which nothing listens')
    t.equal(listening.length, 2)
    for (const { server, asked } of listening) t.notOk(server.listening, asked)
  },
)
