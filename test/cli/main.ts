import { Server } from 'node:net'
import t from 'tap'
import { run, serving } from '../../fixtures/routes/fake-terminal.js'
import { packageVersion } from '../../lib/cli/package-version.js'

const serve = ['serve', '--route', '* -> :3000', '--listen', '127.0.0.1:0']

t.test('--version is the version of the package', async (t) => {
  t.strictSame(await run(['--version']), { code: 0, output: `${packageVersion()}\n`, errors: '' })
})

t.test('a command ends with its own exit code', async (t) => {
  const { terminal, ended } = await serving(t, serve)
  terminal.signal()
  t.equal((await ended).code, 0)
})

t.test('what is wrong with a command is a line on stderr, and its exit code', async (t) => {
  for (const [argv, code, sentence] of [
    [[], 2, 'railscale: a command is missing\nrailscale --help lists commands and options\n'],
    [['serve', '--routes', '/none'], 2, '/none: error: there is no such file\n'],
    [['--version', 'x'], 0, ''],
  ] as const) {
    const ended = await run(argv)
    t.equal(ended.code, code)
    t.ok(ended.errors.startsWith(sentence), ended.errors)
  }
})

t.test('what is no fault of the command line is thrown on, not told as one', async (t) => {
  const fault = new TypeError('a bug')
  t.intercept(Server.prototype, 'listen', {
    value: () => {
      throw fault
    },
  })
  await t.rejects(run(serve), fault)
})
