import { once } from 'node:events'
import { linkSync, lstatSync, mkdirSync, readdirSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { connectUnix } from '../../fixtures/peers/raw-peer.js'
import { socketFolder } from '../../fixtures/socket-folder.js'
import { parseListenAddress, type SocketAddress } from '../../lib/gateway/listen-address.js'
import { UnixSocketFile } from '../../lib/gateway/unix-socket-file.js'

function serverOf(t: Test): Server {
  const server = createServer((socket) => socket.destroy())
  t.teardown(() => void server.close())
  return server
}

async function listening(
  t: Test,
  path: string,
  mode = '',
): Promise<{ server: Server; file: UnixSocketFile }> {
  const server = serverOf(t)
  const address = parseListenAddress(`unix:${path}${mode}`) as SocketAddress
  const file = await UnixSocketFile.listen(server, address, 511)
  t.teardown(() => file.remove())
  return { server, file }
}

/** A socket file that nobody listens on any more. */
async function stale(path: string): Promise<number> {
  const server = createServer().listen(`${path}.old`)
  await once(server, 'listening')
  linkSync(`${path}.old`, path)
  await new Promise((resolve) => server.close(resolve))
  return lstatSync(path).ino
}

async function answers(path: string): Promise<boolean> {
  try {
    ;(await connectUnix(path)).destroy()
    return true
  } catch {
    return false
  }
}

t.test('a server listens at the path, beside which nothing is left, until its file is removed', async (t) => {
  const folder = socketFolder(t)
  const path = join(folder, 'gateway.sock')
  const { file } = await listening(t, path)
  t.ok(await answers(path))
  t.strictSame(readdirSync(folder), ['gateway.sock'])
  file.remove()
  t.strictSame(readdirSync(folder), [])
  file.remove()
})

for (const [mode, bits] of [
  ['600', 0o600],
  ['660', 0o660],
  ['0777', 0o777],
] as const) {
  t.test(`mode=${mode} is in force when the file appears, whatever the umask`, async (t) => {
    const umask = process.umask(0o027)
    t.teardown(() => void process.umask(umask))
    const path = join(socketFolder(t), 'socket')
    const seen: number[] = []
    const server = serverOf(t)
    const look = server.listen.bind(server)
    // What is bound has its mode already, before the server has said that it listens.
    server.listen = ((options: { path: string }, done: () => void) => {
      look(options, done)
      seen.push(lstatSync(options.path).mode & 0o777)
      return server
    }) as typeof server.listen
    await UnixSocketFile.listen(server, parseListenAddress(`unix:${path},mode=${mode}`) as SocketAddress, 1)
    t.strictSame(seen, [bits])
    t.equal(lstatSync(path).mode & 0o777, bits)
    t.equal(process.umask(), 0o027, 'the umask is what it was')
  })
}

t.test('without a mode the umask decides', async (t) => {
  const umask = process.umask(0o027)
  t.teardown(() => void process.umask(umask))
  const path = join(socketFolder(t), 'socket')
  await listening(t, path)
  t.equal(lstatSync(path).mode & 0o777, 0o750)
})

t.test('a socket file that nobody answers on makes room', async (t) => {
  const folder = socketFolder(t)
  const path = join(folder, 'socket')
  const old = await stale(path)
  await listening(t, path)
  t.not(lstatSync(path).ino, old)
  t.ok(await answers(path))
  t.strictSame(readdirSync(folder), ['socket'])
})

t.test('a path on which somebody answers is in use, and goes on answering', async (t) => {
  const folder = socketFolder(t)
  const path = join(folder, 'socket')
  await listening(t, path)
  const { ino } = lstatSync(path)
  await t.rejects(listening(t, path), { code: 'LISTEN_IN_USE', detail: `unix:${path}` })
  t.equal(lstatSync(path).ino, ino)
  t.ok(await answers(path))
  t.strictSame(readdirSync(folder), ['socket'], 'nothing is left of the second one')
})

for (const [what, make] of [
  ['a file', (path: string) => writeFileSync(path, 'precious')],
  ['a link', (path: string) => symlinkSync('/nowhere', path)],
  ['a link to a socket', (path: string) => symlinkSync(`${path}.real`, path)],
] as const) {
  t.test(`${what} at the path is left alone, and told`, async (t) => {
    const folder = socketFolder(t)
    const path = join(folder, 'socket')
    if (what === 'a link to a socket') await stale(`${path}.real`)
    make(path)
    const before = readdirSync(folder)
    const { ino } = lstatSync(path)
    await t.rejects(listening(t, path), {
      code: 'LISTEN_FAILED',
      detail: `unix:${path} (what is there is no socket, and is left alone)`,
    })
    t.equal(lstatSync(path).ino, ino)
    t.strictSame(readdirSync(folder), before)
  })
}

t.test('a folder at the path is left alone, and told', async (t) => {
  const path = join(socketFolder(t), 'socket')
  mkdirSync(path)
  await t.rejects(listening(t, path), { code: 'LISTEN_FAILED', detail: /no socket/ })
  t.ok(lstatSync(path).isDirectory())
})

for (const [what, folder] of [
  ['a folder that is missing', 'none'],
  ['a folder that is a file', 'file'],
] as const) {
  t.test(`${what} is told`, async (t) => {
    const root = socketFolder(t)
    writeFileSync(join(root, 'file'), '')
    await t.rejects(listening(t, join(root, folder, 'socket')), {
      code: 'LISTEN_FAILED',
      detail: `unix:${root}/${folder}/socket (there is no folder ${root}/${folder}/)`,
    })
  })
}

t.test('of many that start on a stale file at once one listens, and the others are told', async (t) => {
  const folder = socketFolder(t)
  const path = join(folder, 'socket')
  await stale(path)
  const starts = Array.from({ length: 12 }, () => listening(t, path))
  const settled = await Promise.allSettled(starts)
  const won = settled.filter(({ status }) => status === 'fulfilled')
  t.equal(won.length, 1)
  for (const one of settled) if (one.status === 'rejected') t.match(one.reason, { code: 'LISTEN_IN_USE' })
  t.ok(await answers(path), 'the one that listens is reached')
  t.strictSame(readdirSync(folder), ['socket'])
})

t.test('a file that somebody else has put at the path is not removed', async (t) => {
  const path = join(socketFolder(t), 'socket')
  const first = await listening(t, path)
  unlinkSync(path)
  await listening(t, path)
  const { ino } = lstatSync(path)
  first.file.remove()
  await new Promise((resolve) => first.server.close(resolve))
  t.equal(lstatSync(path).ino, ino)
  t.ok(await answers(path))
})

for (const length of [1, 3, 8, 20]) {
  t.test(`a path may be as long as an address can be, with a name of ${length}`, async (t) => {
    const root = socketFolder(t)
    const folder = join(root, 'f'.repeat(107 - length - root.length - 2))
    mkdirSync(folder)
    const path = join(folder, 'n'.repeat(length))
    t.equal(Buffer.byteLength(path), 107)
    await listening(t, path)
    t.strictSame(readdirSync(folder), ['n'.repeat(length)])
    t.ok(await answers(path))
  })
}

t.test('the name that is bound first is never the path itself, however few names there are', async (t) => {
  const root = socketFolder(t)
  // One in 36 would meet its own path in the draw.
  for (let i = 100; i < 250; i++) {
    const folder = join(root, 'f'.repeat(107 - root.length - 6) + String(i))
    mkdirSync(folder)
    await listening(t, join(folder, 'n'))
    t.strictSame(readdirSync(folder), ['n'])
  }
})
