import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { Server } from 'node:net'
import t, { type Test } from 'tap'
import { MomentRecorder } from '../../fixtures/gateway.js'
import { statusHome, type StatusHome } from '../../fixtures/status-subject.js'
import { StatusKeep } from '../../lib/cli/status-keep.js'
import { askStatus } from '../../lib/cli/status-question.js'

async function kept(
  t: Test,
  { environment }: Pick<StatusHome, 'environment'>,
  json = false,
  everyMs = 60_000,
) {
  const recorder = new MomentRecorder()
  const told: string[] = []
  const report = (): object => ({ protocol: 1, pid: 7 })
  const parts = { environment, report, recorder, json, tell: (text: string) => told.push(text) }
  const keep = await StatusKeep.open(parts, everyMs)
  t.teardown(() => keep.close())
  return { keep, recorder, told }
}

t.test('it answers in the folder of the session, and leaves nothing behind', async (t) => {
  const home = statusHome(t)
  const { keep, recorder, told } = await kept(t, home)
  t.strictSame(await askStatus(keep.path ?? ''), { protocol: 1, pid: 7 })
  keep.close()
  t.strictSame(readdirSync(home.folder), [])
  t.strictSame([recorder.moments, told], [[], []])
})

for (const [json, said] of [
  [
    false,
    /^railscale: the socket for railscale status cannot be opened: the folder \S+ is open to others \(mode 755\);.*; it serves all the same\n$/,
  ],
  [true, /^\{"time":"[^"]+","event":"status","error":"STATUS_FAILED","detail":"the folder [^"]+"\}\n$/],
] as const) {
  t.test(
    `trouble is counted and said once, ${json ? 'in a line of the log' : 'in a sentence'}`,
    async (t) => {
      const home = statusHome(t)
      mkdirSync(home.folder)
      chmodSync(home.folder, 0o755)
      const { keep, recorder, told } = await kept(t, home, json)
      t.equal(keep.path, undefined)
      t.strictSame(recorder.moments, ['failed STATUS_FAILED'])
      t.equal(told.length, 1)
      t.match(told[0], said)
      keep.close()
    },
  )
}

t.test('trouble that goes on is counted each time, and said once', async (t) => {
  const servers: Server[] = []
  const real = Object.getOwnPropertyDescriptor(Server.prototype, 'listen')?.value as Server['listen']
  t.intercept(Server.prototype, 'listen', {
    value(this: Server, ...given: unknown[]) {
      servers.push(this)
      return Reflect.apply(real, this, given) as unknown
    },
  })
  const { recorder, told } = await kept(t, statusHome(t))
  for (let i = 0; i < 3; i++) servers[0]?.emit('error', new Error('accept EMFILE'))
  t.equal(recorder.count('failed STATUS_FAILED'), 3)
  t.equal(told.length, 1)
})

t.test('a socket that has vanished is made anew', async (t) => {
  const home = statusHome(t)
  const { keep, recorder } = await kept(t, home, false, 5)
  const { path = '' } = keep
  rmSync(home.folder, { recursive: true })
  while (!existsSync(path)) await new Promise((resolve) => setImmediate(resolve))
  t.match(await askStatus(path), { pid: 7 })
  t.strictSame(recorder.moments, [])
})

t.test('where the folder of the session has gone, it is made among the temporary files', async (t) => {
  const home = statusHome(t)
  const { keep } = await kept(t, home, false, 5)
  rmSync(home.environment.XDG_RUNTIME_DIR, { recursive: true })
  while (keep.path?.startsWith(home.environment.TMPDIR) !== true) {
    await new Promise((resolve) => setImmediate(resolve))
  }
  t.match(await askStatus(keep.path), { pid: 7 })
})

t.test('one that cannot be made anew is said once, and tried again until it can', async (t) => {
  const home = statusHome(t)
  const { keep, recorder, told } = await kept(t, home, false, 5)
  rmSync(home.folder, { recursive: true })
  mkdirSync(home.folder)
  chmodSync(home.folder, 0o755)
  await recorder.until('failed STATUS_FAILED')
  t.equal(keep.path, undefined)
  t.equal(told.length, 1)
  while (recorder.count('failed STATUS_FAILED') < 3) await new Promise((resolve) => setImmediate(resolve))
  t.equal(told.length, 1)
  chmodSync(home.folder, 0o700)
  while (keep.path === undefined) await new Promise((resolve) => setImmediate(resolve))
  t.equal(told.length, 1)
})

t.test('a system without user ids has none, and nothing is said', async (t) => {
  t.intercept(process, 'getuid', { value: undefined })
  const { keep, recorder, told } = await kept(t, statusHome(t))
  t.strictSame([keep.path, recorder.moments, told], [undefined, [], []])
})
