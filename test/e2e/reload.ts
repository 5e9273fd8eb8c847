import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'
import { WebSocket, WebSocketServer, type RawData } from 'ws'
import { request, response } from '../../fixtures/exchanges.js'
import { namedOrigin, originUntilEnd, serving } from '../../fixtures/named-origins.js'
import { LateOrigin } from '../../fixtures/peers/late-origin.js'
import { takeMessage } from '../../fixtures/peers/messages.js'
import { connectRaw } from '../../fixtures/peers/raw-peer.js'
import { ReloadingGateway } from '../../fixtures/reloading-gateway.js'

const to = (port: number, name = 'all'): string => `* -> 127.0.0.1:${port} name=${name}\n`

/** Two origins, and a gateway that is told to go to the first of them; `place` puts its file somewhere else. */
async function between(t: Test, place = plainFile, more: readonly string[] = ['--watch']) {
  const [old, young] = [await namedOrigin(t, 'old'), await namedOrigin(t, 'young')]
  const file = place(t.testdir({}), to(old.port))
  const gateway = await ReloadingGateway.start(t, file, ...more)
  t.equal((await gateway.ask()).content, 'old')
  return { gateway, file, old, young }
}

function plainFile(folder: string, text: string): string {
  writeFileSync(join(folder, 'routes.txt'), text)
  return join(folder, 'routes.txt')
}

/** As Kubernetes mounts a ConfigMap: the file is a link through a link to the folder of its version. */
function mountedFile(folder: string, text: string): string {
  mkdirSync(join(folder, '..v1'))
  writeFileSync(join(folder, '..v1', 'routes.txt'), text)
  symlinkSync('..v1', join(folder, '..data'))
  symlinkSync('..data/routes.txt', join(folder, 'routes.txt'))
  return join(folder, 'routes.txt')
}

function nextVersion(file: string, text: string): void {
  const folder = dirname(file)
  mkdirSync(join(folder, '..v2'))
  writeFileSync(join(folder, '..v2', 'routes.txt'), text)
  symlinkSync('..v2', join(folder, '..next'))
  renameSync(join(folder, '..next'), join(folder, '..data'))
}

/** A folder that is a link, as deployments have it: no folder that is watched tells of the swap. */
function releasedFile(folder: string, text: string): string {
  mkdirSync(join(folder, 'v1'))
  symlinkSync('v1', join(folder, 'current'))
  return plainFile(join(folder, 'current'), text)
}

function nextRelease(file: string, text: string): void {
  const folder = dirname(dirname(file))
  mkdirSync(join(folder, 'v2'))
  plainFile(join(folder, 'v2'), text)
  symlinkSync('v2', join(folder, 'next'))
  renameSync(join(folder, 'next'), join(folder, 'current'))
}

for (const [how, place, edit] of [
  ['written in place', plainFile, (file, text) => writeFileSync(file, text)],
  ['written beside and renamed over it', plainFile, replaced],
  ['put aside and written anew', plainFile, putAside],
  ['emptied and then written', plainFile, emptied],
  ['removed and then written', plainFile, removed],
  ['mounted in another version', mountedFile, nextVersion],
  ['in a folder that another takes the place of', releasedFile, nextRelease],
] as readonly (readonly [string, typeof plainFile, (file: string, text: string) => unknown])[]) {
  t.test(`a file that is ${how}: the next request goes where it says now`, async (t) => {
    const { gateway, file, young } = await between(t, place)
    edit(file, to(young.port))
    t.match(await gateway.reloaded(), { outcome: 'good', routes: 1, added: 0, removed: 0, changed: 1 })
    t.equal((await gateway.ask()).content, 'young')
    t.equal(gateway.reloads.length, 1)
  })
}

function replaced(file: string, text: string): void {
  writeFileSync(`${file}.new`, text)
  renameSync(`${file}.new`, file)
}

function putAside(file: string, text: string): void {
  renameSync(file, `${file}~`)
  writeFileSync(file, text)
}

function emptied(file: string, text: string): void {
  truncateSync(file)
  aMoment()
  writeFileSync(file, text)
}

function removed(file: string, text: string): void {
  rmSync(file)
  aMoment()
  writeFileSync(file, text)
}

/** As slow editors take between two steps; in that time the gateway may look. */
function aMoment(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60)
}

t.test(
  'a file that is touched, or written with the same content, changes nothing and is not told',
  async (t) => {
    const { gateway, file, young } = await between(t)
    utimesSync(file, new Date(), new Date())
    writeFileSync(file, readFileSync(file))
    replaced(file, readFileSync(file, 'utf8'))
    t.match(await gateway.write(to(young.port)), { outcome: 'good', changed: 1 })
    t.equal(gateway.reloads.length, 1)
  },
)

t.test(
  'a file that routes include is watched, and so is one that is missing, and one that a pattern takes in',
  async (t) => {
    const { gateway, file, young } = await between(t)
    const folder = dirname(file)
    const line = await gateway.write(`${to(1)}include more/*.txt\n`)
    t.match(line, { outcome: 'bad', mistakes: [{ line: 2, message: /no such file/ }] })
    mkdirSync(join(folder, 'more'))
    t.match(await gateway.reloaded(), {
      outcome: 'good',
      routes: 1,
      mistakes: [{ message: /no file matches/ }],
    })
    writeFileSync(join(folder, 'more', 'b.txt'), `b.test -> 127.0.0.1:${young.port}`)
    t.match(await gateway.reloaded(), { outcome: 'good', routes: 2, added: 1 })
    t.equal((await gateway.ask('/', 'b.test')).content, 'young')
    writeFileSync(join(folder, 'more', 'b.txt'), 'b.test -> 200 "changed"')
    t.match(await gateway.reloaded(), { outcome: 'good', changed: 1 })
    t.equal((await gateway.ask('/', 'b.test')).content, 'changed')
    writeFileSync(join(folder, 'more', 'c.txt'), 'c.test -> 200 @answer')
    t.match(await gateway.reloaded(), { outcome: 'bad', mistakes: [{ message: /answer/ }] })
    writeFileSync(join(folder, 'more', 'answer'), 'at last')
    t.match(await gateway.reloaded(), { outcome: 'good', added: 1 })
    t.equal((await gateway.ask('/', 'c.test')).content, 'at last')
  },
)

t.test('a broken file keeps the routes of before and is told once; mended it is used', async (t) => {
  const { gateway, file, young } = await between(t)
  const line = await gateway.write('* ->\n')
  t.match(line, { outcome: 'bad', routes: 1, added: 0, mistakes: [{ line: 1 }] })
  t.equal((await gateway.ask()).content, 'old')
  utimesSync(file, new Date(), new Date())
  replaced(file, '* ->\n')
  t.match(await gateway.write(to(young.port)), { outcome: 'good' })
  t.equal((await gateway.ask()).content, 'young')
  t.same(
    gateway.reloads.map(({ outcome }) => outcome),
    ['bad', 'good'],
  )
})

t.test('a test in the file that fails stops the reload', async (t) => {
  const { gateway, young } = await between(t)
  const test = '? GET http://a.test/ => old\n'
  t.match(await gateway.write(to(young.port, 'young') + test), { outcome: 'bad', mistakes: [{ line: 2 }] })
  t.equal((await gateway.ask()).content, 'old')
  t.match(await gateway.write(to(young.port, 'old') + test), { outcome: 'good' })
  t.equal((await gateway.ask()).content, 'young')
})

t.test(
  'SIGHUP loads the routes where nobody watches them, and says so where nothing has changed',
  async (t) => {
    const { gateway, file, young } = await between(t, plainFile, ['--watch=off'])
    gateway.process.child.kill('SIGHUP')
    t.match(await gateway.reloaded(), { outcome: 'good', routes: 1, added: 0, changed: 0 })
    writeFileSync(file, to(young.port))
    t.equal((await gateway.ask()).content, 'old')
    gateway.process.child.kill('SIGHUP')
    t.match(await gateway.reloaded(), { outcome: 'good', changed: 1 })
    t.equal((await gateway.ask()).content, 'young')
    gateway.process.child.kill('SIGTERM')
    t.equal(await gateway.process.ended, 0)
  },
)

/** A WebSocket to an origin that sends back what it is sent. */
async function echo(
  t: Test,
): Promise<{ port: number; open: (port: number) => Promise<(text: string) => Promise<string>> }> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  t.teardown(() => server.close())
  server.on('connection', (socket) => socket.on('message', (bytes: RawData) => socket.send(bytes)))
  const open = async (port: number): Promise<(text: string) => Promise<string>> => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { headers: { host: 'ws.test' } })
    t.teardown(() => socket.terminate())
    await once(socket, 'open')
    return async (text) => {
      socket.send(text)
      const [bytes] = (await once(socket, 'message')) as [Buffer]
      return bytes.toString()
    }
  }
  return { port: (server.address() as AddressInfo).port, open }
}

t.test('200 busy connections and a WebSocket go through 20 reloads without a failed request', async (t) => {
  const origins = [await namedOrigin(t, 'old'), await namedOrigin(t, 'young')]
  const ports = origins.map(({ port }) => port)
  const { port, open } = await echo(t)
  const routes = (i: number): string =>
    `${'# \n'.repeat(i)}ws.test -> 127.0.0.1:${port}\n${to(ports[i % 2] ?? 0)}`
  const gateway = await ReloadingGateway.withRoutes(t, routes(0), '--watch')
  const say = await open(gateway.port)
  t.equal(await say('before'), 'before')
  const answers = new Map<string, number>()
  let busy = true
  const client = async (): Promise<void> => {
    const peer = await gateway.connect()
    while (busy) {
      peer.send(request())
      const { head, content } = await takeMessage(peer)
      const answer = `${head.slice(9, 12)} ${content}`
      answers.set(answer, (answers.get(answer) ?? 0) + 1)
    }
  }
  const clients = Array.from({ length: 200 }, client)
  for (let i = 1; i <= 20; i++) {
    t.match(await gateway.write(routes(i)), { outcome: 'good', routes: 2, changed: 1 })
    t.equal(await say(`${i}`), `${i}`)
  }
  busy = false
  await Promise.all(clients)
  t.strictSame([...answers.keys()].sort(), ['200 old', '200 young'])
  t.equal(await say('after'), 'after')
})

t.test(
  'an exchange under way goes on with its route, and the next one on its connection has the new one',
  async (t) => {
    const origin = await originUntilEnd(t)
    const gateway = await ReloadingGateway.withRoutes(t, to(origin.port), '--watch')
    const client = await gateway.connect()
    client.send(request())
    const upstream = await origin.peer()
    await upstream.takeThrough('\r\n\r\n')
    t.match(await gateway.write('* -> 200 "new"\n'), { outcome: 'good' })
    upstream.send(response('under way'))
    t.equal((await takeMessage(client)).content, 'under way')
    client.send(request())
    t.equal((await takeMessage(client)).content, 'new')
  },
)

t.test('max-conns= counts over a reload', async (t) => {
  const origin = await originUntilEnd(t)
  const limited = `a.test -> 127.0.0.1:${origin.port} max-conns=1\n`
  const gateway = await ReloadingGateway.withRoutes(t, limited, '--watch')
  const [first, second] = [await gateway.connect(), await gateway.connect()]
  first.send(request())
  const upstream = await origin.peer()
  await upstream.takeThrough('\r\n\r\n')
  t.match(await gateway.write(`b.test -> 200 "b"\n# moved\n${limited}`), { outcome: 'good', added: 1 })
  second.send(request())
  t.equal((await gateway.ask('/', 'b.test')).content, 'b')
  upstream.send(response('first'))
  t.equal((await takeMessage(first)).content, 'first')
  await upstream.takeThrough('\r\n\r\n')
  upstream.send(response('second'))
  t.equal((await takeMessage(second)).content, 'second')
  t.equal(origin.peers.length, 1, 'one connection at a time, of both tables together')
})

t.test('a request that wait= holds is held over a reload, and answered', async (t) => {
  const late = await LateOrigin.down(t)
  const text = `a.test -> 127.0.0.1:${late.port} wait=1m\n`
  const gateway = await ReloadingGateway.withRoutes(t, text, '--watch')
  const client = await gateway.connect()
  client.send(request())
  t.match(await gateway.write(`b.test -> 200 "b"\n${text}`), { outcome: 'good', added: 1 })
  t.equal((await gateway.ask('/', 'b.test')).content, 'b')
  await late.start(serving('at last').serve)
  t.equal((await takeMessage(client)).content, 'at last')
})

/** Runs `command` on a terminal of its own; ending the process closes it. */
function onTerminal(t: Test, command: string) {
  const terminal = spawn('script', ['-qfec', command, '/dev/null'], { stdio: ['pipe', 'pipe', 'ignore'] })
  t.teardown(() => terminal.kill('SIGKILL'))
  let shown = ''
  terminal.stdout.on('data', (bytes) => (shown += String(bytes)))
  /** Waits until it shows such a text. @returns the first group */
  const shows = async (pattern: RegExp): Promise<string> => {
    for (let found = pattern.exec(shown); ; found = pattern.exec(shown)) {
      if (found !== null) return found[1] ?? ''
      await once(terminal.stdout, 'data')
    }
  }
  return { terminal, shows }
}

t.test('on a terminal SIGHUP loads the routes, and closing the terminal ends the gateway', async (t) => {
  const { error, stdout } = spawnSync('script', ['--version'], { encoding: 'utf8' })
  if (error !== undefined || !stdout.includes('util-linux')) {
    t.comment('there is no script of util-linux on this machine')
    return
  }
  const file = plainFile(t.testdir({}), '* -> 200 "old"\n')
  const command = `echo pid $$.; exec '${process.execPath}' bin/railscale.js serve --routes '${file}' --listen 127.0.0.1:0`
  const { terminal, shows } = onTerminal(t, command)
  const pid = Number(await shows(/pid (\d+)\./))
  t.teardown(() => endIfThere(pid))
  const port = Number(await shows(/listening on http:\S+:(\d+)\r?\n/))
  process.kill(pid, 'SIGHUP')
  await shows(/routes\.txt has not changed: 1 route/)
  writeFileSync(file, '* -> 200 "new"\n')
  await shows(/routes\.txt is loaded again: 1 route, 1 changed/)
  const idle = await connectRaw(port)
  t.teardown(() => idle.destroy())
  terminal.kill('SIGKILL')
  t.equal(await idle.untilEnd(), '')
  await t.rejects(connectRaw(port), { code: 'ECONNREFUSED' })
})

function endIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended, as it should.
  }
}
