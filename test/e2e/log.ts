import { once } from 'node:events'
import { existsSync, readFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { request } from '../../fixtures/exchanges.js'
import { logLine, logLines } from '../../fixtures/log-line.js'
import { takeMessage } from '../../fixtures/peers/messages.js'
import { connectRaw, type RawPeer } from '../../fixtures/peers/raw-peer.js'
import { builtCommand, CliProcess } from '../../fixtures/routes/cli-process.js'

interface Served {
  readonly process: CliProcess
  readonly connect: () => Promise<RawPeer>
  /** Sends a request for each path over one connection. @returns the status lines */
  readonly ask: (...paths: string[]) => Promise<string[]>
  /** Sends a request that fails, since its origin refuses. */
  readonly fail: () => Promise<void>
  /** Ends the gateway, which has to end well. */
  readonly end: () => Promise<void>
}

const ok = '* -> 200 "ok"'

/** The built command, run by `shell` if it is given: in it "$@" is the command. */
async function serve(t: Test, options: readonly string[], shell = 'exec "$@"'): Promise<Served> {
  const command = ['/bin/bash', '-c', shell, 'bash', ...builtCommand]
  const routes = ['--route', ok, '--route', 'dead.test -> 127.0.0.1:1 name=dead']
  // More clients than the machine has files for would be told on stderr.
  const clients = options.includes('--max-connections') ? [] : ['--max-connections', '100']
  const argv = ['serve', '--listen', '127.0.0.1:0', ...clients, ...routes, ...options]
  const process = new CliProcess(t, argv, {}, command)
  const port = await process.listening()
  const connect = async (): Promise<RawPeer> => {
    const peer = await connectRaw(port)
    t.teardown(() => peer.destroy())
    return peer
  }
  return {
    process,
    connect,
    ask: async (...paths) => {
      const peer = await connect()
      const statusLines = await askOver(peer, paths)
      peer.end()
      return statusLines
    },
    fail: async () => {
      const peer = await connect()
      peer.send(request('GET /dead HTTP/1.1').replace('a.test', 'dead.test'))
      t.match(await peer.untilEnd(), /^HTTP\/1\.1 502 /)
      peer.end()
    },
    end: async () => {
      process.child.kill('SIGTERM')
      t.equal(await process.ended, 0)
    },
  }
}

async function askOver(peer: RawPeer, paths: readonly string[]): Promise<string[]> {
  const statusLines: string[] = []
  for (const path of paths) {
    peer.send(request(`GET ${path} HTTP/1.1`))
    statusLines.push((await takeMessage(peer)).head.split('\r\n')[0] ?? '')
  }
  return statusLines
}

function paths(count: number, front = ''): string[] {
  return Array.from({ length: count }, (_, i) => `/${front}${i}`)
}

t.test('a file that is rotated under traffic has every line once, and none is torn', async (t) => {
  const file = join(t.testdir({}), 'a.log')
  const { process, ask, end } = await serve(t, ['--log-file', file])
  let busy = true
  const asked = Promise.all(['a', 'b', 'c', 'd'].map((name) => ask(...paths(400, name))))
  const done = asked.then(() => (busy = false))
  let rotations = 0
  while (busy && rotations < 20) {
    if (existsSync(file) && statSync(file).size > 0) {
      renameSync(file, `${file}.${rotations++}`)
      process.child.kill('SIGUSR2')
    }
    await turn()
  }
  await done
  await end()
  t.ok(rotations > 1, `${rotations} rotations`)
  const files = [...Array.from({ length: rotations }, (_, i) => `${file}.${i}`), file]
  const logged = files.filter(existsSync).flatMap((name) => {
    const text = readFileSync(name, 'latin1')
    return text === '' ? [] : logLines(text)
  })
  t.equal(process.errors, '')
  t.strictSame(
    logged.map(({ path }) => path).sort(),
    ['a', 'b', 'c', 'd'].flatMap((name) => paths(400, name)).sort(),
  )
})

t.test('on a full disk it goes on serving, says so once, and at the end how much was dropped', async (t) => {
  const { process, ask, end } = await serve(t, ['--log-file', '/dev/full'])
  const told = /^railscale: \/dev\/full cannot be written to, the disk is full \(ENOSPC\): .*\n/
  await ask('/1')
  while (!told.test(process.errors)) await once(process.child.stderr, 'data')
  t.strictSame(await ask(...paths(20)), Array(20).fill('HTTP/1.1 200 OK'))
  await end()
  t.match(
    process.errors,
    new RegExp(`${told.source}railscale: 21 lines of the log in /dev/full were dropped\n$`),
  )
})

for (const [what, shell] of [
  ['is closed', 'exec "$@" 2>&-'],
  ['is on a full disk', 'exec "$@" 2>/dev/full'],
] as const) {
  for (const form of ['json', 'pretty']) {
    t.test(`where stderr ${what} it goes on serving, with a log that is ${form}`, async (t) => {
      const { process, ask, end } = await serve(t, ['--log', form], shell)
      t.strictSame(await ask(...paths(20)), Array(20).fill('HTTP/1.1 200 OK'))
      process.child.kill('SIGHUP')
      t.strictSame(await ask('/after'), ['HTTP/1.1 200 OK'])
      await end()
    })
  }
}

t.test('a reader of the log who goes away takes nobody down', async (t) => {
  const { process, ask, end } = await serve(t, ['--log', 'json'])
  await ask('/1')
  process.child.stderr.destroy()
  await once(process.child.stderr, 'close')
  t.strictSame(await ask(...paths(20)), Array(20).fill('HTTP/1.1 200 OK'))
  await end()
})

t.test(
  'a reader who does not read stops nobody; what does not fit is dropped, counted and told',
  async (t) => {
    const { process, connect, end } = await serve(t, ['--log', 'json'])
    process.child.stderr.pause()
    const many = 3_000
    const long = `/${'x'.repeat(1_000)}`
    const statusLines = await askOver(await connect(), Array<string>(many).fill(long))
    t.ok(statusLines.every((line) => line === 'HTTP/1.1 200 OK'))
    process.child.stderr.resume()
    await end()
    const lines = process.errors.trimEnd().split('\n')
    const told = JSON.parse(lines.pop() ?? '') as { event: string; dropped: number; code: string }
    t.match(told, { event: 'log', code: 'slow' })
    t.ok(told.dropped > 500, `${told.dropped} dropped`)
    t.equal(lines.length + told.dropped, many)
    t.ok(lines.every((line) => logLine(line).path === long))
  },
)

t.test('a reader who never reads does not keep it from ending', async (t) => {
  const { process, ask } = await serve(t, ['--log', 'json'])
  process.child.stderr.pause()
  await ask(...Array<string>(400).fill(`/${'x'.repeat(1_000)}`))
  const exit = once(process.child, 'exit')
  process.child.kill('SIGTERM')
  t.strictSame(await exit, [0, null])
  process.child.stderr.resume()
})

t.test('a file that cannot be written to ends the start with 2 and its cause', async (t) => {
  const folder = t.testdir({})
  const argv = ['serve', '--route', ok, '--max-connections', '9', '--log-file', `${folder}/none/a.log`]
  const process = new CliProcess(t, argv, {}, builtCommand)
  t.equal(await process.ended, 2)
  t.equal(process.output, '')
  t.equal(
    process.errors,
    `railscale: --log-file: ${folder}/none/a.log cannot be written to: its folder does not exist (ENOENT)\n`,
  )
})

t.test('one in so many is logged, and all that failed', async (t) => {
  const file = join(t.testdir({}), 'a.log')
  const { ask, fail, end } = await serve(t, ['--log-file', file, '--log-sample', '10'])
  await ask(...paths(200))
  await fail()
  await fail()
  await end()
  const lines = logLines(readFileSync(file, 'latin1'))
  t.equal(lines.filter(({ error }) => error === 'ORIGIN_REFUSED').length, 2)
  t.ok(Math.abs(lines.length - 22) <= 1, `${lines.length} lines`)
})

for (const [slow, logged] of [
  ['1h', ['/dead']],
  ['0ms', ['/quick', '/dead']],
] as const) {
  t.test(`with --slow ${slow} there is a line for ${logged.join(' and ')}`, async (t) => {
    const { process, ask, fail, end } = await serve(t, ['--log', 'json', '--slow', slow])
    await ask('/quick')
    await fail()
    await end()
    t.strictSame(
      logLines(process.errors).map(({ path }) => path),
      logged,
    )
  })
}

for (const [more, query] of [
  [[], false],
  [['--log-query'], true],
] as const) {
  for (const form of ['json', 'pretty']) {
    t.test(
      `the query is ${query ? '' : 'not '}in a log that is ${form} with ${more.join() || 'nothing'}`,
      async (t) => {
        const { process, ask, end } = await serve(t, ['--log', form, ...more])
        await ask('/x?token=secret')
        await end()
        t.match(process.errors, '/x')
        t.equal(process.errors.includes('token=secret'), query)
      },
    )
  }
}

t.test('what is no request reaches neither form of the log as it came', async (t) => {
  for (const form of ['json', 'pretty']) {
    const { process, connect, end } = await serve(t, ['--log', form, '--log-query'])
    for (const target of ['/\x1b[2J\x9b31m', '/a?\x1b]0;x\x07', '/\u00e9"\\']) {
      const peer = await connect()
      peer.send(`GET ${target} HTTP/1.1\r\nHost: a.test\r\n\r\n`)
      await peer.untilEnd()
      peer.end()
    }
    await end()
    t.match(process.errors, /^(?:[\x20-\x7e]+\n){3}$/, form)
  }
})

t.test('a client that is refused for lack of room has a line of its own', async (t) => {
  const { process, connect, end } = await serve(t, ['--log', 'json', '--max-connections', '1'])
  const first = await connect()
  // Who is in the middle of a request does not make room.
  first.send(`${request('GET /first HTTP/1.1')}GET /second HTTP/1.1\r\n`)
  await takeMessage(first)
  const refused = await connect()
  t.match(await refused.untilEnd(), /^HTTP\/1\.1 503 /)
  refused.end()
  first.send('Host: a.test\r\n\r\n')
  await takeMessage(first)
  first.end()
  await end()
  const [, line] = logLines(process.errors)
  t.match(line, { path: '', phase: 'accept', status: 503, error: 'CONNECTION_LIMIT', side: 'gateway' })
  t.equal(logLines(process.errors).length, 3)
})

/** What the built command writes to a terminal of its own for one request. */
async function onTerminal(t: Test, environment: NodeJS.ProcessEnv): Promise<string> {
  const argv = ['serve', '--route', `'${ok}'`, '--listen', '127.0.0.1:0', '--log', 'pretty']
  const command = [...builtCommand, ...argv].join(' ')
  const process = new CliProcess(t, [], environment, ['/usr/bin/script', '-qec', command, '/dev/null'])
  const until = async (pattern: RegExp): Promise<string> => {
    for (;;) {
      const [found] = pattern.exec(process.output) ?? []
      if (found !== undefined) return found
      await once(process.child.stdout, 'data')
    }
  }
  const port = (await until(/(?<=^listening on http:\S+:)\d+/m)).trim()
  await until(/^1 route/m)
  const peer = await connectRaw(Number(port))
  t.teardown(() => peer.destroy())
  await askOver(peer, ['/x'])
  return until(/^.*a\.test\/x.*$/m)
}

if (existsSync('/usr/bin/script')) {
  t.test('on a terminal the status has its colour, with NO_COLOR none (no-color.org)', async (t) => {
    t.ok((await onTerminal(t, { NO_COLOR: '' })).startsWith('\x1b[32m200\x1b[39m GET '))
    t.notMatch(await onTerminal(t, { NO_COLOR: '1' }), '\x1b[3')
  })
}
