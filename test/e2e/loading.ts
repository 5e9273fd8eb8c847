import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { CliProcess } from '../../fixtures/routes/cli-process.js'
import { run } from '../../fixtures/routes/fake-terminal.js'

/** The built command, without what a test runner loads and does to the coverage that V8 keeps. */
const builtCommand = ['/usr/bin/env', '-u', 'NODE_OPTIONS', process.execPath, 'bin/railscale.js']

/** A run of the built command whose coverage by V8 tells what it has loaded. */
class ObservedRun {
  readonly process: CliProcess
  readonly #folder: string

  constructor(t: Test, argv: readonly string[]) {
    this.#folder = join(t.testdir({}), 'coverage')
    this.process = new CliProcess(t, argv, { NODE_V8_COVERAGE: this.#folder }, builtCommand)
  }

  /** The files of dist/cli by their names without suffix, and the packages that do not stand in dist. */
  async loaded(t: Test): Promise<string[]> {
    t.equal(await this.process.ended, 0, this.process.errors)
    const urls = readdirSync(this.#folder).flatMap((name) => {
      const text = readFileSync(join(this.#folder, name), 'utf8')
      return (JSON.parse(text) as { result: { url: string }[] }).result.map(({ url }) => url)
    })
    return [...new Set(urls.map(partOf))]
  }
}

function partOf(url: string): string {
  const [, own, other] = /\/dist\/cli\/([^/]+)\.js$|.*\/node_modules\/(@?[^/]+)\//.exec(url) ?? []
  return own ?? other ?? ''
}

/** What is loaded for some command lines only. */
const parts = ['command-line', 'serve-command', 'metrics-page', 'chalk', 'undici', '@opentelemetry'] as const

function checkLoaded(t: Test, loaded: readonly string[], expected: readonly string[]): void {
  t.ok(loaded.includes('main'), 'what is loaded is seen')
  t.strictSame(
    parts.filter((part) => loaded.includes(part)),
    expected,
  )
}

for (const [argv, expected] of [
  [['--version'], []],
  [['--help'], ['command-line']],
  [['serve', '--help'], ['command-line']],
  [['serve', '--version'], ['command-line']],
] as const) {
  t.test(`${argv.join(' ')} loads no gateway, and prints what the sources print`, async (t) => {
    const observed = new ObservedRun(t, argv)
    checkLoaded(t, await observed.loaded(t), expected)
    const { output, errors } = await run(argv)
    t.strictSame([observed.process.output, observed.process.errors], [output, errors])
  })
}

const serve = ['serve', '--route', '* -> 127.0.0.1:1', '--listen', '127.0.0.1:0']
for (const [what, argv, expected] of [
  ['a gateway', serve, []],
  ['a log for programs', [...serve, '--log', 'json'], []],
  ['a log for people', [...serve, '--log', 'pretty'], []],
  ['metrics', [...serve, '--metrics', '127.0.0.1:0'], ['metrics-page', '@opentelemetry']],
] as const) {
  t.test(`${what} loads ${expected.join(', ') || 'nothing beyond itself'}`, async (t) => {
    const observed = new ObservedRun(t, argv)
    const port = await observed.process.listening()
    await (await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } })).text()
    observed.process.child.kill('SIGTERM')
    checkLoaded(t, await observed.loaded(t), ['command-line', 'serve-command', ...expected])
  })
}
