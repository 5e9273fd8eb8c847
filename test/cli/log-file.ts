import { execFileSync } from 'node:child_process'
import fs, {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { LogFile } from '../../lib/cli/log-file.js'

interface Opened {
  readonly log: LogFile
  readonly path: string
  readonly told: string[]
  /** Writes, and waits until that is done. @returns the error and what was lost */
  readonly write: (lines: string) => Promise<{ error: Error | undefined; lost: number | undefined }>
}

async function opened(t: Test, path = join(t.testdir({}), 'a.log')): Promise<Opened> {
  const told: string[] = []
  const log = await LogFile.open(path, {
    notReopened: (code) => told.push(`not reopened: ${code}`),
    torn: () => told.push('torn'),
  })
  t.teardown(() => log.close())
  const write: Opened['write'] = (lines) =>
    new Promise((resolve) =>
      log.write(Buffer.from(lines), (error, lost) => resolve({ error: error ?? undefined, lost })),
    )
  return { log, path, told, write }
}

/** Writes to the file of a log until what was opened again is in use. */
async function untilThere(write: Opened['write'], path: string, line: string): Promise<void> {
  while (!existsSync(path) || readFileSync(path, 'utf8') === '') await write(line)
}

/** What a call of fs.write does: it writes so many bytes, or fails. */
type Answer = { readonly through: number } | { readonly code: string }

/** The next calls of fs.write do what `answers` say; those behind them write. */
function writesAnswer(t: Test, answers: Answer[]): void {
  const real = fs.write
  type Callback = (error: Error | null, written?: number) => void
  const fake = (
    descriptor: number,
    bytes: Buffer,
    from: number,
    length: number,
    at: null,
    done: Callback,
  ) => {
    const answer = answers.shift()
    if (answer === undefined) return real(descriptor, bytes, from, length, at, done)
    if ('code' in answer)
      return setImmediate(done, Object.assign(new Error(answer.code), { code: answer.code }))
    if (answer.through === 0) return setImmediate(done, null, 0)
    return real(descriptor, bytes, from, answer.through, at, done)
  }
  t.intercept(fs, 'write', { value: fake })
  syncBuiltinESMExports()
  t.teardown(syncBuiltinESMExports)
}

t.test('lines are written at the end of a file, which only its owner may read', async (t) => {
  const { path, write } = await opened(t)
  t.equal(statSync(path).mode & 0o777, 0o600)
  t.strictSame(await write('a\nb\n'), { error: undefined, lost: undefined })
  await write('c\n')
  t.equal(readFileSync(path, 'latin1'), 'a\nb\nc\n')
})

t.test('a file that is there keeps what it has, and its mode', async (t) => {
  const path = join(t.testdir({}), 'a.log')
  writeFileSync(path, 'before\n', { mode: 0o644 })
  const { write } = await opened(t, path)
  await write('a\n')
  t.equal(readFileSync(path, 'latin1'), 'before\na\n')
  t.equal(statSync(path).mode & 0o777, 0o644)
})

t.test('what cannot be opened is an error of the system', async (t) => {
  const folder = t.testdir({ file: '' })
  const pipe = join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  for (const [path, code] of [
    [folder, 'EISDIR'],
    [join(folder, 'none', 'a.log'), 'ENOENT'],
    [join(folder, 'file', 'a.log'), 'ENOTDIR'],
    [pipe, 'ENXIO'],
  ] as const)
    await t.rejects(opened(t, path), { code }, code)
})

t.test('a batch that is written in parts arrives whole', async (t) => {
  const { path, write } = await opened(t)
  writesAnswer(t, [{ through: 1 }, { through: 2 }])
  t.strictSame(await write('abc\ndef\n'), { error: undefined, lost: undefined })
  t.equal(readFileSync(path, 'latin1'), 'abc\ndef\n')
})

t.test(
  'on a full disk lines are lost and counted, and no line is torn when there is room again',
  async (t) => {
    const { path, write } = await opened(t)
    writesAnswer(t, [{ through: 6 }, { code: 'ENOSPC' }, { code: 'ENOSPC' }])
    t.match(await write('abc\ndef\nghi\njkl\n'), { error: { code: 'ENOSPC' }, lost: 2 })
    t.match(await write('mno\n'), { error: { code: 'ENOSPC' }, lost: 1 })
    t.match(await write('pqr\n'), { error: undefined })
    t.equal(readFileSync(path, 'latin1'), 'abc\ndef\npqr\n')
  },
)

t.test('an error between two lines tears none', async (t) => {
  const { path, write } = await opened(t)
  writesAnswer(t, [{ through: 4 }, { code: 'EIO' }])
  t.match(await write('abc\ndef\n'), { error: { code: 'EIO' }, lost: 1 })
  await write('ghi\n')
  t.equal(readFileSync(path, 'latin1'), 'abc\nghi\n')
})

t.test('a system that writes nothing and tells no error ends the try', async (t) => {
  const { path, write } = await opened(t)
  writesAnswer(t, [{ through: 0 }])
  t.match(await write('abc\n'), { error: { message: 'nothing was written' }, lost: 1 })
  await write('def\n')
  t.equal(readFileSync(path, 'latin1'), 'def\n')
})

t.test('a full pipe is waited for', async (t) => {
  const { path, write } = await opened(t)
  writesAnswer(t, [{ code: 'EAGAIN' }, { through: 2 }, { code: 'EAGAIN' }])
  t.strictSame(await write('abc\n'), { error: undefined, lost: undefined })
  t.equal(readFileSync(path, 'latin1'), 'abc\n')
})

t.test('a file that was renamed and is opened again goes on under its name', async (t) => {
  const { log, path, write, told } = await opened(t)
  await write('a\n')
  renameSync(path, `${path}.1`)
  await write('b\n')
  log.reopen()
  await untilThere(write, path, 'c\n')
  t.match(readFileSync(`${path}.1`, 'latin1'), /^a\nb\n(?:c\n)*$/)
  t.equal(readFileSync(path, 'latin1'), 'c\n')
  t.equal(statSync(path).mode & 0o777, 0o600)
  t.strictSame(told, [])
})

t.test('opened again while a batch is being written, the batch stays whole', async (t) => {
  const { log, path, write } = await opened(t)
  // The file is opened while the second half waits.
  writesAnswer(t, [{ through: 5 }, { code: 'EAGAIN' }])
  const writing = write('abc\ndef\n')
  renameSync(path, `${path}.1`)
  log.reopen()
  await writing
  await untilThere(write, path, 'ghi\n')
  t.match(readFileSync(`${path}.1`, 'latin1'), /^abc\ndef\n(?:ghi\n)*$/)
})

t.test('opened again twice at once, the last name holds', async (t) => {
  const { log, path, write } = await opened(t)
  log.reopen()
  renameSync(path, `${path}.1`)
  log.reopen()
  await untilThere(write, path, 'a\n')
  t.equal(readFileSync(path, 'latin1'), 'a\n')
})

t.test('what cannot be opened again is told, and the file of before goes on', async (t) => {
  const { log, path, write, told } = await opened(t)
  renameSync(path, `${path}.1`)
  mkdirSync(path)
  log.reopen()
  while (told.length === 0) await write('a\n')
  t.strictSame(told, ['not reopened: EISDIR'])
  await write('b\n')
  t.match(readFileSync(`${path}.1`, 'latin1'), /^(?:a\n)+b\n$/)
})

t.test('the end of a torn line does not begin another file', async (t) => {
  const { log, path, write, told } = await opened(t)
  writesAnswer(t, [{ through: 2 }, { code: 'ENOSPC' }])
  t.match(await write('abc\n'), { lost: 0 })
  renameSync(path, `${path}.1`)
  log.reopen()
  while (told.length === 0) await turn()
  t.strictSame(told, ['torn'])
  await write('def\n')
  t.equal(readFileSync(path, 'latin1'), 'def\n')
})

t.test('once it is closed its descriptor is free, even if it was being opened again', async (t) => {
  const { log, path, write } = await opened(t)
  await write('a\n')
  log.reopen()
  log.close()
  log.close()
  const mine = (): number =>
    readdirSync('/proc/self/fd').filter((name) => linkOf(`/proc/self/fd/${name}`) === realpathSync(path))
      .length
  while (mine() > 0) await turn()
  t.equal(readFileSync(path, 'latin1'), 'a\n')
})

t.test('closed while a batch is being written, it ends that write and no more', async (t) => {
  const { log, path, write } = await opened(t)
  writesAnswer(t, [{ through: 2 }])
  const writing = write('abc\n')
  log.close()
  await writing
  t.equal(readFileSync(path, 'latin1'), 'ab')
})

t.test('closed while a pipe is full, it waits no longer', async (t) => {
  const { log, write } = await opened(t)
  writesAnswer(
    t,
    Array.from({ length: 1_000 }, () => ({ code: 'EAGAIN' })),
  )
  void write('abc\n')
  while (!process.getActiveResourcesInfo().includes('Timeout')) await turn()
  log.close()
  t.notOk(process.getActiveResourcesInfo().includes('Timeout'))
})

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
