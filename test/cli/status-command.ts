import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { run, serving, type FakeTerminal } from '../../fixtures/routes/fake-terminal.js'
import { statusHome } from '../../fixtures/status-subject.js'
import type { StatusReport } from '../../lib/cli/status-report.js'

const serve = ['serve', '--route', '* -> 200 "hi" name=all', '--listen', '127.0.0.1:0']

/** Gateways of this process, and the command that asks them. */
function home(t: Test) {
  const { environment, folder } = statusHome(t)
  const status = (argv: readonly string[] = [], changes: Partial<FakeTerminal> = {}) =>
    run(['status', ...argv], { environment, ...changes })
  return {
    environment,
    folder,
    status,
    start: (more: readonly string[] = []) => serving(t, [...serve, ...more], { environment }),
  }
}

t.test('a gateway is told of, in text and as JSON', async (t) => {
  const { start, status } = home(t)
  const { ports } = await start()
  const { code, output, errors } = await status()
  t.strictSame([code, errors], [0, ''])
  t.match(output, `process ${process.pid}, serving, started `)
  t.match(output, `  listening   http://127.0.0.1:${ports[0]}\n`)
  t.match(output, '\nroutes\n  * -> 200 "hi" (all)\n')
  const json = await status(['--json'])
  t.strictSame([json.code, json.errors], [0, ''])
  const [report, ...more] = JSON.parse(json.output) as StatusReport[]
  t.equal(more.length, 0)
  t.match(report, { protocol: 1, pid: process.pid, routes: { count: 1, generation: 1 } })
})

t.test('several are told of, those that run longest first', async (t) => {
  const { start, status } = home(t)
  await start()
  await start()
  const { output } = await status()
  t.equal(output.match(/^railscale \S+, process/gm)?.length, 2)
  t.equal((JSON.parse((await status(['--json'])).output) as object[]).length, 2)
})

t.test('--pid chooses one', async (t) => {
  const { start, status, folder } = home(t)
  await start()
  t.match(await status(['--pid', String(process.pid)]), { code: 0, output: `process ${process.pid}, ` })
  const { code, output, errors } = await status(['--pid', '1'])
  t.strictSame([code, output], [1, ''])
  t.match(errors, `railscale: no gateway with process id 1 answers; looked in ${folder} and `)
  for (const pid of ['0', '-1', 'x', '1.5', '12345678901']) {
    t.match(await status([`--pid=${pid}`]), {
      code: 2,
      errors: `--pid: "${pid}" is no process id: write a whole`,
    })
  }
})

t.test('where there is none it says where it looked, with 1', async (t) => {
  const { status, folder, environment } = home(t)
  const places = `${folder} and ${environment.TMPDIR}/railscale-${process.getuid?.()}`
  const errors = `railscale: no gateway of this user answers; looked in ${places}\nserve starts one; one with --status off is not found\n`
  t.strictSame(await status(), { code: 1, output: '', errors })
  t.strictSame(await status(['--json']), { code: 1, output: '[]\n', errors })
})

t.test('one with --status off is not found', async (t) => {
  const { start, status } = home(t)
  await start(['--status', 'off'])
  t.match(await status(), { code: 1, output: '' })
})

t.test('one that has no folder of a session is found as well', async (t) => {
  const { status, environment } = home(t)
  const { TMPDIR } = environment
  await serving(t, serve, { environment: { TMPDIR } })
  t.match(await status(), { code: 0 })
  t.match(await status([], { environment: { TMPDIR } }), { code: 0 })
})

t.test('a folder that is open to others is not asked', async (t) => {
  const { start, status, folder } = home(t)
  await start()
  chmodSync(folder, 0o777)
  const { code, errors } = await status()
  t.equal(code, 1)
  t.match(
    errors,
    `railscale: the folder ${folder} is open to others (mode 777); chmod 700 makes it yours alone; nothing`,
  )
  chmodSync(folder, 0o700)
  t.match(await status(), { code: 0 })
})

/** Somebody who listens in `folder` as if he were the gateway with the process id. */
async function listens(t: Test, folder: string, pid: number, answer: string) {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const server = createServer((socket) => socket.end(answer)).listen(join(folder, 'x'))
  await once(server, 'listening')
  renameSync(join(folder, 'x'), join(folder, `${pid}.sock`))
  t.teardown(() => server.close())
  return server
}

t.test('one that answers otherwise is told, and the others are asked', async (t) => {
  const { start, status, folder } = home(t)
  await start()
  await listens(t, folder, 7, '\x1b[31m')
  const { code, output, errors } = await status()
  t.equal(code, 0)
  t.match(output, `process ${process.pid}, `)
  t.equal(errors, 'railscale: process 7: it answers in a way that this version of railscale does not read\n')
})

t.test('the socket of one that has died goes', async (t) => {
  const { status, folder } = home(t)
  const { pid } = spawnSync(process.execPath, ['--eval', ''], { env: {} })
  const server = await listens(t, folder, pid, '')
  server.close()
  await once(server, 'close')
  t.ok(existsSync(join(folder, `${pid}.sock`)))
  t.match(await status(), { code: 1 })
  t.strictSame(readdirSync(folder), [])
})

t.test('a terminal has lines that fit, and colours', async (t) => {
  const { start, status } = home(t)
  await start(['--route', `/${'x'.repeat(150)} -> :1`])
  const { Writable } = await import('node:stream')
  let output = ''
  const stdout = Object.assign(
    new Writable({
      decodeStrings: false,
      write: (chunk: string, _encoding, done) => ((output += chunk), done()),
    }),
    { isTTY: true },
  )
  const { code } = await status([], { stdout, colours: true, columns: 60 })
  t.equal(code, 0)
  t.match(output, '\x1b[1mroutes\x1b[22m')
  t.match(output, /xx…xx/)
  t.match((await status()).output, 'x'.repeat(59))
})

t.test('a system without user ids has no gateways to ask', async (t) => {
  const { status } = home(t)
  t.intercept(process, 'getuid', { value: undefined })
  t.strictSame(await status(), {
    code: 1,
    output: '',
    errors: 'railscale: gateways cannot be asked on this system\n',
  })
})
