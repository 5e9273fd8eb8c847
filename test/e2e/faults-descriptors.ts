import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { request, response, upload } from '../../fixtures/exchanges.js'
import { ask, namedOrigin, originUntilEnd, outcome } from '../../fixtures/named-origins.js'
import { logLines } from '../../fixtures/log-line.js'
import { takeMessage } from '../../fixtures/peers/messages.js'
import { connectRaw, type RawPeer } from '../../fixtures/peers/raw-peer.js'
import { builtCommand, CliProcess } from '../../fixtures/routes/cli-process.js'

interface Bounded {
  readonly process: CliProcess
  readonly connect: () => Promise<RawPeer>
}

/** The built command in a process that may open no more than `openFiles` files. */
async function start(t: Test, openFiles: number, ...options: string[]): Promise<Bounded> {
  const limited = ['/bin/bash', '-c', `ulimit -n ${openFiles}; exec "$@"`, 'bash', ...builtCommand]
  const process = new CliProcess(t, ['serve', '--listen', '127.0.0.1:0', ...options], {}, limited)
  const port = await process.listening()
  const connect = async (): Promise<RawPeer> => {
    const peer = await connectRaw(port)
    t.teardown(() => peer.destroy())
    return peer
  }
  return { process, connect }
}

function many<T>(count: number, make: (i: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, i) => make(i)))
}

async function endsWell(t: Test, { child, ended }: CliProcess): Promise<void> {
  child.kill('SIGTERM')
  t.equal(await ended, 0)
}

/** The connections to an origin that answers only when the test says so. */
async function heldOrigin(t: Test): Promise<{ readonly port: number; readonly taken: RawPeer[] }> {
  const taken: RawPeer[] = []
  const { port } = await originUntilEnd(t, async (peer) => {
    for (;;) {
      await peer.takeThrough('\r\n\r\n')
      taken.push(peer)
    }
  })
  return { port, taken }
}

const clamp = 'railscale: at most 64 client connections: this process may open 256 files (ulimit -n)\n'

t.test(
  'so many clients are served as there are descriptors for, and that is said at the start',
  async (t) => {
    const { port, taken } = await heldOrigin(t)
    const { process, connect } = await start(t, 256, '--log', 'off', '--route', `* -> 127.0.0.1:${port}`)
    const served = await many(64, connect)
    for (const client of served) client.send(request())
    while (taken.length < 64) await turn()
    for (const client of await many(300, connect)) {
      // Where descriptors run out among the refused ones, some are cut without a word.
      t.match(await client.untilEnd(), /^(?:HTTP\/1\.1 503 [^]*CONNECTION_LIMIT[^]*)?$/)
      client.destroy()
    }
    for (const peer of taken) peer.send(response('unharmed'))
    for (const client of served) t.equal((await takeMessage(client)).content, 'unharmed')
    await endsWell(t, process)
    t.equal(process.errors, clamp)
  },
)

t.test('kept connections of many origins leave the clients their descriptors', async (t) => {
  const origins = await many(6, (i) => namedOrigin(t, `origin ${i}`))
  const routes = origins.flatMap(({ port }, i) => ['--route', `a.test/${i} -> 127.0.0.1:${port}`])
  const { process, connect } = await start(t, 256, '--log', 'off', ...routes)
  const clients = await many(64, connect)
  for (let i = 0; i < origins.length; i++) {
    const answers = await many(64, (j) => ask(clients[j] as RawPeer, request(`GET /${i} HTTP/1.1`)))
    t.same([...new Set(answers.map(({ content }) => content))], [`origin ${i}`])
  }
  await endsWell(t, process)
})

/** Bounds the process: from now on it may open `count` files more, and has what it had. */
function bound({ child }: CliProcess, count: number): void {
  const open = new Set(readdirSync(`/proc/${child.pid}/fd`).map(Number))
  let limit = 0
  for (let free = 0; free <= count; limit++) if (!open.has(limit)) free++
  limitFiles(child.pid, limit - 1)
}

function limitFiles(pid: number | undefined, count: number): void {
  execFileSync('prlimit', ['--pid', String(pid), `--nofile=${count}:`])
}

/** The samples of a metrics page that count failures. */
async function failures({ output }: CliProcess): Promise<readonly string[]> {
  const page = await fetch(/^metrics on (\S+)$/m.exec(output)?.[1] ?? '')
  return (await page.text()).match(/^railscale_connection_errors\S*code="\w+"\S* [1-9]\d*$/gm) ?? []
}

t.test(
  'without a descriptor for a dial the answer is 502; kept connections go on; then all is well',
  async (t) => {
    const [near, far] = [await namedOrigin(t, 'near'), await namedOrigin(t, 'far')]
    const routes = [`a.test/far -> 127.0.0.1:${far.port}`, `* -> 127.0.0.1:${near.port}`]
    const asked = routes.flatMap((route) => ['--route', route])
    const patient = ['--upstream-idle', '10m', '--upstream-unsafe-idle', '10m', '--linger-timeout', '10m']
    const metrics = ['--log', 'json', '--metrics', '127.0.0.1:0']
    const { process, connect } = await start(t, 256, ...metrics, ...patient, ...asked)
    const clients = await many(4, connect)
    for (const client of clients) t.equal(outcome(await ask(client, request())), '200')
    const [first, second, third, fourth] = clients as [RawPeer, RawPeer, RawPeer, RawPeer]

    bound(process, 0)
    const get = request('GET /far HTTP/1.1')
    t.equal(outcome(await ask(first, get)), '502 ORIGIN_UNREACHABLE')
    t.equal(outcome(await ask(second, `${upload(4).replace('/up', '/far')}body`)), '502 ORIGIN_UNREACHABLE')
    t.equal(outcome(await ask(third, request())), '200', 'a kept connection needs no new descriptor')
    t.equal(await (await connect()).untilEnd(), '', 'who cannot be accepted is cut, not left to wait')

    limitFiles(process.child.pid, 256)
    t.equal((await ask(third, get)).content, 'far')
    t.equal((await ask(fourth, `${upload(4).replace('/up', '/far')}body`)).content, 'far')
    clients.push(await connect())
    t.equal((await ask(clients[4] as RawPeer, request())).content, 'near')
    t.match(await failures(process), [/code="ORIGIN_UNREACHABLE"\S* 2$/])
    for (const client of clients) client.destroy()
    await endsWell(t, process)
    const lines = logLines(process.errors)
    t.equal(lines.length, 10, 'one line for each exchange')
    const failed = lines.filter(({ error }) => error !== undefined)
    t.match(
      failed,
      Array(2).fill({ path: '/far', status: 502, error: 'ORIGIN_UNREACHABLE', detail: 'EMFILE' }),
    )
    t.equal(failed.length, 2)
  },
)
