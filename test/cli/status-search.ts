import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { socketFolder } from '../../fixtures/socket-folder.js'
import { removeLeftOver, socketName, socketsIn } from '../../lib/cli/status-search.js'

/** The id of a process that has just ended. */
function endedProcess(): number {
  return spawnSync(process.execPath, ['--eval', ''], { env: {} }).pid
}

async function listening(t: Test, path: string): Promise<Server> {
  const server = createServer((socket) => socket.destroy()).listen(path)
  t.teardown(() => server.close())
  await once(server, 'listening')
  return server
}

/** Leaves a socket behind at `path` that nobody answers on. */
async function leaveBehind(t: Test, path: string): Promise<void> {
  const server = await listening(t, `${path}.`)
  renameSync(`${path}.`, path)
  await new Promise((resolve) => server.close(resolve))
}

t.test('sockets are found by their names, in the order of process ids', (t) => {
  const folder = socketFolder(t)
  for (const name of [
    '12.sock',
    '7.sock',
    '7-2.sock',
    '07.sock',
    'x.sock',
    '.rs1.sock',
    '7.sock.',
    '7-x.sock',
  ]) {
    writeFileSync(join(folder, name), '')
  }
  t.strictSame(
    socketsIn(folder).map(({ path, pid }) => [path.slice(folder.length + 1), pid]),
    [
      ['7-2.sock', 7],
      ['7.sock', 7],
      ['12.sock', 12],
    ],
  )
  t.end()
})

t.test('a folder that is missing has none, and what is no folder cannot be read', (t) => {
  const folder = socketFolder(t)
  writeFileSync(join(folder, 'file'), '')
  t.strictSame(socketsIn(join(folder, 'missing')), [])
  t.throws(() => socketsIn(join(folder, 'file')), { code: 'ENOTDIR' })
  t.end()
})

t.test('the first gateway of a process has no number in its name', (t) => {
  t.equal(socketName(12, 1), '12.sock')
  t.equal(socketName(12, 2), '12-2.sock')
  t.end()
})

t.test('a socket goes whose process has ended and on which nobody answers', async (t) => {
  const path = join(socketFolder(t), `${endedProcess()}.sock`)
  await leaveBehind(t, path)
  await removeLeftOver(socketsIn(join(path, '..')))
  t.notOk(existsSync(path))
})

t.test('a socket stays on which somebody answers, of whatever process', async (t) => {
  const path = join(socketFolder(t), `${endedProcess()}.sock`)
  await listening(t, path)
  await removeLeftOver(socketsIn(join(path, '..')))
  t.ok(existsSync(path))
})

t.test('a socket stays whose process is there', async (t) => {
  const path = join(socketFolder(t), `${process.pid}.sock`)
  await leaveBehind(t, path)
  await removeLeftOver(socketsIn(join(path, '..')))
  t.ok(existsSync(path))
})

t.test('what is no socket stays', async (t) => {
  const folder = socketFolder(t)
  const pid = endedProcess()
  writeFileSync(join(folder, `${pid}.sock`), 'mine')
  mkdirSync(join(folder, `${pid}-2.sock`))
  await removeLeftOver(socketsIn(folder))
  t.equal(socketsIn(folder).length, 2)
})
