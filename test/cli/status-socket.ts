import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, lstatSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, Server } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { connectUnix } from '../../fixtures/peers/raw-peer.js'
import { statusHome } from '../../fixtures/status-subject.js'
import { makeStatusFolder } from '../../lib/cli/status-folder.js'
import { StatusSocket } from '../../lib/cli/status-socket.js'
import type { GatewayError } from '../../lib/core/errors.js'

async function opened(t: Test, folder: string, failed: (error: GatewayError) => void = () => undefined) {
  const socket = await StatusSocket.open(folder, () => Promise.resolve('it stands\n'), failed)
  t.teardown(() => socket.close())
  return socket
}

async function asked(path: string): Promise<string> {
  const peer = await connectUnix(path)
  peer.send('status 1\n')
  const answer = await peer.untilEnd()
  peer.destroy()
  return answer
}

t.test('it is named by the process, for its user alone, and answers', async (t) => {
  const { folder } = statusHome(t)
  const { path } = await opened(t, folder)
  t.equal(path, join(folder, `${process.pid}.sock`))
  t.equal(lstatSync(path).mode & 0o777, 0o600)
  t.equal(lstatSync(folder).mode & 0o777, 0o700)
  t.strictSame(readdirSync(folder), [`${process.pid}.sock`])
  t.equal(await asked(path), 'it stands\n')
})

t.test('no umask opens it to others', async (t) => {
  const before = process.umask(0)
  t.teardown(() => process.umask(before))
  const modes: number[] = []
  const real = Object.getOwnPropertyDescriptor(Server.prototype, 'listen')?.value as Server['listen']
  t.intercept(Server.prototype, 'listen', {
    value(this: Server, address: { path: string }, done: () => void) {
      const server: unknown = Reflect.apply(real, this, [address, done])
      modes.push(lstatSync(address.path).mode & 0o777)
      return server
    },
  })
  await opened(t, statusHome(t).folder)
  t.strictSame(modes, [0o600], 'as soon as it is there')
})

t.test('several of one process have numbers', async (t) => {
  const { folder } = statusHome(t)
  const one = await opened(t, folder)
  const other = await opened(t, folder)
  t.equal(other.path, join(folder, `${process.pid}-2.sock`))
  one.close()
  t.equal(await asked(other.path), 'it stands\n')
  t.strictSame(readdirSync(folder), [`${process.pid}-2.sock`])
})

t.test(
  'the sockets of gateways that have died go when one opens, and one of its own process id makes room',
  async (t) => {
    const { folder } = statusHome(t)
    makeStatusFolder(folder)
    const { pid } = spawnSync(process.execPath, ['--eval', ''], { env: {} })
    for (const name of [`${pid}.sock`, `${process.pid}.sock`]) {
      const server = createServer().listen(join(folder, 'x'))
      await once(server, 'listening')
      renameSync(join(folder, 'x'), join(folder, name))
      server.close()
      await once(server, 'close')
    }
    const { path } = await opened(t, folder)
    t.strictSame(readdirSync(folder), [`${process.pid}.sock`])
    t.equal(await asked(path), 'it stands\n')
  },
)

t.test('a folder that is not its own alone has no socket', async (t) => {
  const { folder } = statusHome(t)
  makeStatusFolder(folder)
  chmodSync(folder, 0o755)
  await t.rejects(opened(t, folder), {
    code: 'STATUS_FAILED',
    detail: `the folder ${folder} is open to others (mode 755); chmod 700 makes it yours alone`,
  })
  t.strictSame(readdirSync(folder), [])
})

t.test('a file that is in the way stays, and there is no socket', async (t) => {
  const { folder } = statusHome(t)
  makeStatusFolder(folder)
  const path = join(folder, `${process.pid}.sock`)
  writeFileSync(path, 'mine')
  await t.rejects(opened(t, folder), { code: 'STATUS_FAILED', detail: 'is no socket, and is left alone' })
  t.ok(lstatSync(path).isFile())
})

t.test('what goes wrong later is told as such a failure', async (t) => {
  const errors: GatewayError[] = []
  const servers: Server[] = []
  const real = Object.getOwnPropertyDescriptor(Server.prototype, 'listen')?.value as Server['listen']
  t.intercept(Server.prototype, 'listen', {
    value(this: Server, ...given: unknown[]) {
      servers.push(this)
      return Reflect.apply(real, this, given) as unknown
    },
  })
  await opened(t, statusHome(t).folder, (error) => errors.push(error))
  servers[0]?.emit('error', new Error('accept EMFILE'))
  t.match(errors, [{ code: 'STATUS_FAILED', detail: 'accept EMFILE' }])
})

t.test('it knows whether it can be found, and closes where it cannot', async (t) => {
  const { folder } = statusHome(t)
  const socket = await opened(t, folder)
  t.ok(socket.reachable)
  rmSync(folder, { recursive: true })
  t.notOk(socket.reachable)
  writeFileSync(folder, '')
  t.notOk(socket.reachable)
  socket.close()
})

t.test('closed it is gone, with its clients', async (t) => {
  const socket = await opened(t, statusHome(t).folder)
  const peer = await connectUnix(socket.path)
  t.teardown(() => peer.destroy())
  socket.close()
  t.notOk(existsSync(socket.path))
  t.equal(await peer.untilEnd(), '')
  await t.rejects(connectUnix(socket.path), { code: 'ENOENT' })
})
