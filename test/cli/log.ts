import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { CliProcess } from '../../fixtures/routes/cli-process.js'
import { FakeTerminal } from '../../fixtures/routes/fake-terminal.js'
import { openLog } from '../../lib/cli/log.js'
import type { ExchangeRecord } from '../../lib/message/recorder.js'

const record: ExchangeRecord = {
  method: 'GET',
  host: 'a.test',
  path: '/x',
  status: 200,
  route: 'a',
  origin: 'localhost:1',
  requestBytes: 0,
  responseBytes: 2,
  forwardSeconds: 0.001,
  connectSeconds: undefined,
  relaySeconds: 0.002,
  error: undefined,
}

for (const [form, terminal, line] of [
  [undefined, {}, ''],
  [undefined, { interactive: true }, /^200 GET {2}a\.test\/x /],
  ['off', { interactive: true }, ''],
  ['json', {}, /^\{"time":"[^"]+","method":"GET",/],
  ['json', { interactive: true, colours: true }, /^\{"time":"[^"]+","method":"GET",/],
  ['pretty', {}, /^200 GET {2}a\.test\/x /],
  ['pretty', { interactive: true, colours: true }, '\x1b[32m200\x1b[39m GET  a.test/x '],
] as const) {
  const where = JSON.stringify(terminal)
  t.test(
    `the log ${form ?? 'by default'} on a terminal ${where} is ${line === '' ? 'none' : 'such'}`,
    async (t) => {
      const fake = Object.assign(new FakeTerminal(), terminal)
      const log = await openLog(form, fake)
      t.equal(log === undefined, line === '')
      log?.write(record)
      t.equal(fake.errors, '', 'not before the turn of the event loop ends')
      log?.flush()
      t.match(fake.errors, line)
      t.equal(fake.errors.split('\n').length, line === '' ? 1 : 2)
      t.equal(fake.output, '')
    },
  )
}

/** The built command, without what a test runner loads and does to the coverage that V8 keeps. */
const builtCommand = ['/usr/bin/env', '-u', 'NODE_OPTIONS', process.execPath, 'bin/railscale.js']

/** The packages of which a run of railscale has loaded anything, by the coverage that V8 keeps. */
async function loadedPackages(t: Test, argv: readonly string[]): Promise<Set<string>> {
  const folder = join(t.testdir({}), 'coverage')
  const railscale = new CliProcess(t, argv, { NODE_V8_COVERAGE: folder }, builtCommand)
  const port = await railscale.listening()
  await (await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } })).text()
  railscale.child.kill('SIGTERM')
  t.equal(await railscale.ended, 0, railscale.errors)
  const urls = readdirSync(folder).flatMap((name) => {
    const { result } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { result: { url: string }[] }
    return result.map(({ url }) => url)
  })
  t.ok(urls.some((url) => url.endsWith('/dist/cli/main.js')))
  const packages = urls.map((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1] ?? '')
  return new Set(packages.map((name) => name.replace(/^@opentelemetry\/.*/, 'opentelemetry')))
}

const serve = ['serve', '--route', '* -> 127.0.0.1:1', '--listen', '127.0.0.1:0']
for (const [what, argv, loaded] of [
  ['a log for programs', [...serve, '--log', 'json'], []],
  ['a log for people', [...serve, '--log', 'pretty'], ['chalk']],
  ['metrics without a log', [...serve, '--metrics', '127.0.0.1:0'], ['opentelemetry']],
] as const) {
  t.test(
    `${what} loads ${loaded.join() || 'neither chalk nor OpenTelemetry'}, and never undici`,
    async (t) => {
      const packages = await loadedPackages(t, argv)
      for (const name of ['chalk', 'opentelemetry', 'undici'])
        t.equal(packages.has(name), (loaded as readonly string[]).includes(name), name)
      t.ok(packages.has('yargs'), 'what is needed is seen')
    },
  )
}
