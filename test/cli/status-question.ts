import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { socketFolder } from '../../fixtures/socket-folder.js'
import { askStatus, nobody } from '../../lib/cli/status-question.js'

/** The path of a socket where `serve` does with each client as it likes. */
async function serving(t: Test, serve: (socket: Socket) => void): Promise<string> {
  const path = join(socketFolder(t), 's')
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => undefined)
    serve(socket)
  }).listen(path)
  await once(server, 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return path
}

t.test('it asks by one line, and reads one object', async (t) => {
  let asked = ''
  const path = await serving(t, (socket) => {
    socket.on('data', (bytes) => {
      asked += String(bytes)
      socket.write('{"protocol":1,')
      socket.end('"pid":7}\n')
    })
  })
  t.strictSame(await askStatus(path), { protocol: 1, pid: 7 })
  t.equal(asked, 'status 1\n')
})

for (const [what, text] of [
  ['no JSON', 'hello'],
  ['half an object', '{"protocol":1,"pid":7'],
  ['another protocol', '{"protocol":2,"pid":7}'],
  ['an object without process id', '{"protocol":1,"error":"no"}'],
  ['null', 'null'],
] as const) {
  t.test(`${what} is an answer that is not read`, async (t) => {
    const path = await serving(t, (socket) => socket.end(text))
    t.match(await askStatus(path), {
      trouble: 'it answers in a way that this version of railscale does not read',
    })
  })
}

t.test('an end without an answer is told', async (t) => {
  const path = await serving(t, (socket) => socket.end())
  t.match(await askStatus(path), { trouble: 'it ended the connection without an answer' })
})

t.test('one that does not answer in time is left', async (t) => {
  const path = await serving(t, () => undefined)
  t.strictSame(await askStatus(path, 20), { trouble: 'it does not answer within 0.02 s' })
})

t.test('one that answers without end is left', async (t) => {
  const path = await serving(t, (socket) => socket.write('x'.repeat(6_000_000)))
  t.strictSame(await askStatus(path), { trouble: 'it answers with too much' })
})

t.test('a socket that nobody listens on, or that is gone, is told apart', async (t) => {
  const folder = socketFolder(t)
  t.strictSame(await askStatus(join(folder, 'none')), { trouble: nobody })
  const { pid } = process
  t.match(await askStatus(`/proc/${pid}/status`), { trouble: /^(?:nobody answers|E[A-Z]+)$/ })
})
