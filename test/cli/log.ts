import { mkdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { FakeScreen } from '../../fixtures/fake-screen.js'
import t, { type Test } from 'tap'
import { exchangeRecord, intervals } from '../../fixtures/exchange-record.js'
import { FakeTerminal } from '../../fixtures/routes/fake-terminal.js'
import { openLog, type ExchangeLog, type LogOptions } from '../../lib/cli/log.js'
import type { Terminal } from '../../lib/cli/terminal.js'

const record = exchangeRecord({ path: '/x', query: 'secret' })
const nothing: LogOptions = {
  log: undefined,
  logFile: undefined,
  logSample: undefined,
  slowMs: undefined,
  logQuery: false,
}
const jsonStart = /^\{"time":"[^"]+","client\.address":/
const prettyStart = /^200 GET {10}4 ms .* a\.test\/x -> /

for (const [log, terminal, line] of [
  [undefined, {}, ''],
  [undefined, { interactive: true }, prettyStart],
  ['off', { interactive: true }, ''],
  ['json', {}, jsonStart],
  ['json', { interactive: true, colours: true }, jsonStart],
  ['pretty', {}, prettyStart],
  ['pretty', { interactive: true, colours: true }, '\x1b[32m200\x1b[39m GET '],
] as const) {
  const where = JSON.stringify(terminal)
  t.test(
    `the log ${log ?? 'by default'} on a terminal ${where} is ${line === '' ? 'none' : 'such'}`,
    async (t) => {
      const fake = Object.assign(new FakeTerminal(), terminal)
      const opened = await openLog({ ...nothing, log }, fake)
      t.equal(opened === undefined, line === '')
      opened?.write(record)
      t.equal(fake.errors, '', 'not before the turn of the event loop ends')
      opened?.flush()
      t.match(fake.errors, line)
      t.notMatch(fake.errors, 'secret')
      t.equal(fake.errors.split('\n').length, line === '' ? 1 : 2)
      await opened?.end()
      t.equal(fake.output, '')
      t.notOk(fake.left)
    },
  )
}

/** A log in a file. */
async function inFile(t: Test, options: Partial<LogOptions> = {}, changes: Partial<FakeTerminal> = {}) {
  const path = join(t.testdir({}), 'a.log')
  const terminal = Object.assign(new FakeTerminal(), changes)
  const log = (await openLog({ ...nothing, logFile: path, ...options }, terminal)) as ExchangeLog
  t.teardown(() => log.end())
  return { log, path, terminal, text: () => readFileSync(path, 'latin1') }
}

for (const [form, line] of [
  [undefined, jsonStart],
  ['json', jsonStart],
  ['pretty', prettyStart],
] as const) {
  t.test(
    `a file gets the log ${form ?? 'by default'} in its form, without colours, and stderr nothing`,
    async (t) => {
      const wide = Object.assign(new Writable(), { columns: 40 })
      const { log, text, terminal } = await inFile(
        t,
        { log: form },
        { interactive: true, colours: true, stderr: wide },
      )
      log.write(record)
      log.flush()
      await log.end()
      t.match(text(), line)
      t.notMatch(text(), '\x1b')
      t.equal(terminal.errors, '')
    },
  )
}

t.test('on a narrow terminal a line for people is as wide as that is then', async (t) => {
  const terminal = Object.assign(new FakeTerminal(), { interactive: true })
  const log = (await openLog(nothing, terminal)) as ExchangeLog
  const long = exchangeRecord({ path: `/${'x'.repeat(200)}` })
  for (const columns of [150, 160]) {
    Object.assign(terminal.stderr, { columns })
    log.write(long)
    log.flush()
  }
  await log.end()
  t.strictSame(
    terminal.errors
      .trimEnd()
      .split('\n')
      .map(({ length }) => length),
    [150, 160],
  )
})

t.test('queries are logged where that is asked for', async (t) => {
  const { log, text } = await inFile(t, { logQuery: true })
  log.write(record)
  await log.end()
  t.match(text(), '"url.query":"secret"')
})

t.test('what is slow or a sample is logged where that is asked for', async (t) => {
  const { log, text } = await inFile(t, { slowMs: 5 })
  log.write(record)
  log.write(exchangeRecord({ path: '/slow', timings: intervals({ total: 0.005 }) }))
  await log.end()
  t.equal(text().split('\n').length, 2)
  t.match(text(), '/slow')
})

for (const [asked, name] of [
  [{ logSample: 2 }, '--log-sample'],
  [{ slowMs: 1 }, '--slow'],
  [{ logQuery: true }, '--log-query'],
] as const) {
  t.test(`${name} without a log is a mistake, unless the log is off`, async (t) => {
    await t.rejects(openLog({ ...nothing, ...asked }, new FakeTerminal()), {
      exitCode: 2,
      message: `railscale: ${name}: there is no log to do it to; add --log json, --log pretty or --log-file FILE`,
    })
    t.equal(await openLog({ ...nothing, ...asked, log: 'off' }, new FakeTerminal()), undefined)
  })
}

t.test('a file that cannot be written to is told, with its cause', async (t) => {
  const logFile = t.testdir({})
  await t.rejects(openLog({ ...nothing, logFile }, new FakeTerminal()), {
    exitCode: 2,
    message: `railscale: --log-file: ${logFile} cannot be written to: it is a folder (EISDIR)`,
  })
})

t.test('a file that was renamed goes on under its name, with nothing lost', async (t) => {
  const { log, path, text } = await inFile(t)
  const paths = Array.from({ length: 50 }, (_, i) => `/${i}`)
  for (const [i, name] of paths.entries()) {
    log.write(exchangeRecord({ path: name }))
    if (i === 25) {
      renameSync(path, `${path}.1`)
      log.reopen()
    }
    await turn()
  }
  await log.end()
  const all = readFileSync(`${path}.1`, 'latin1') + text()
  const lines = all.trimEnd().split('\n')
  t.strictSame(
    lines.map((line) => (JSON.parse(line) as Record<string, unknown>)['url.path']),
    paths,
  )
})

t.test('a file that cannot be opened again is told once on stderr', async (t) => {
  const { log, path, terminal } = await inFile(t)
  renameSync(path, `${path}.1`)
  mkdirSync(path)
  log.reopen()
  await terminal.until(() => terminal.errors !== '')
  t.equal(
    terminal.errors,
    `railscale: ${path} cannot be opened again, it is a folder (EISDIR): the log goes on in the file of before\n`,
  )
})

t.test('a full disk is told once, counted, and told with the number at the end', async (t) => {
  const terminal = new FakeTerminal()
  const log = (await openLog({ ...nothing, logFile: '/dev/full' }, terminal)) as ExchangeLog
  for (let i = 1; i <= 3; i++) {
    log.write(record)
    while (log.dropped < i) await turn()
  }
  const begun =
    'railscale: /dev/full cannot be written to, the disk is full (ENOSPC): the log is dropped meanwhile\n'
  t.equal(terminal.errors, begun)
  await log.end()
  t.equal(terminal.errors, `${begun}railscale: 3 lines of the log in /dev/full were dropped\n`)
})

/** A terminal whose stderr takes lines only while the test lets it. */
function breakable(): { terminal: Terminal; state: { broken: boolean; taken: string } } {
  const state = { broken: true, taken: '' }
  const stderr = new Writable({
    decodeStrings: false,
    autoDestroy: false,
    write: (chunk: string, _encoding, done) => {
      if (!state.broken) state.taken += chunk
      done()
    },
  })
  const write = stderr.write.bind(stderr) as (text: string, done?: (error?: Error) => void) => boolean
  Object.assign(stderr, {
    write: (text: string, done?: (error?: Error) => void) => {
      if (!state.broken) return write(text, done)
      setImmediate(() => done?.(Object.assign(new Error('EPIPE'), { code: 'EPIPE' })))
      return false
    },
  })
  return { terminal: Object.assign(new FakeTerminal(), { stderr }), state }
}

for (const [log, told] of [
  ['json', /\n\{"time":"[^"]+","event":"log","dropped":1,"code":"EPIPE"\}\n$/],
  ['pretty', /\nrailscale: 1 line of the log was dropped\n$/],
] as const) {
  t.test(
    `a reader of the log as ${log} who did not take lines is told of it later, in its form`,
    async (t) => {
      const { terminal, state } = breakable()
      const opened = (await openLog({ ...nothing, log }, terminal)) as ExchangeLog
      opened.write(record)
      while (opened.dropped < 1) await turn()
      state.broken = false
      opened.write(record)
      await opened.end()
      t.match(state.taken, told)
      t.equal(state.taken.split('\n').length, 3)
    },
  )
}

t.test('a live log is a page where there is a terminal for it, else lines for people', async (t) => {
  const screen = new FakeScreen()
  const fake = Object.assign(new FakeTerminal(), { screen })
  const page = await openLog({ ...nothing, log: 'live' }, fake)
  page?.write(record)
  page?.began({ urls: [], exchanges: [] })
  t.match(screen.text, '1 in all')
  t.equal(fake.errors, '')
  await page?.end()
  const piped = new FakeTerminal()
  const lines = await openLog({ ...nothing, log: 'live' }, piped)
  lines?.write(record)
  lines?.began({ urls: [], exchanges: [] })
  lines?.tell('something\n')
  t.match(piped.errors, prettyStart)
  t.ok(piped.errors.endsWith('something\n'), 'behind what was logged before')
  await lines?.end()
})

t.test('a live log with a file has lines there, too', async (t) => {
  const screen = new FakeScreen()
  const { log, text } = await inFile(t, { log: 'live' }, { screen })
  log.write(record)
  log.began({ urls: [], exchanges: [] })
  await log.end()
  t.match(screen.text, '1 in all')
  t.match(text(), jsonStart)
})
