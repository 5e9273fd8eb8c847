import { spawnSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import t, { type Test } from 'tap'
import { builtCommand, CliProcess } from '../../fixtures/routes/cli-process.js'

const untidy = 'a  ->  :1 # one\n\tname=x\n'
const tidy = 'a -> :1  # one\n   name=x\n'

/** Runs the built command to its end. */
async function fmt(
  t: Test,
  args: readonly string[],
  input = '',
  command = builtCommand,
): Promise<{ code: number | NodeJS.Signals; output: string; errors: string }> {
  const process = new CliProcess(t, ['fmt', ...args], {}, command)
  process.child.stdin.end(input)
  const code = await process.ended
  return { code, output: process.output, errors: process.errors }
}

t.test('stdin is formatted to stdout, and --check tells whether it has to be', async (t) => {
  t.strictSame(await fmt(t, ['-'], untidy), { code: 0, output: tidy, errors: '' })
  t.strictSame(await fmt(t, ['-', '--check'], untidy), { code: 1, output: '-\n', errors: '' })
  t.strictSame(await fmt(t, ['--check', '-'], tidy), { code: 0, output: '', errors: '' })
})

t.test('files are rewritten, named, and stay then', async (t) => {
  const folder = t.testdir({ one: untidy, two: tidy })
  const files = [`${folder}/one`, `${folder}/two`]
  t.strictSame(await fmt(t, ['--check', ...files]), { code: 1, output: `${folder}/one\n`, errors: '' })
  t.strictSame(await fmt(t, files), { code: 0, output: `${folder}/one\n`, errors: '' })
  t.equal(readFileSync(`${folder}/one`, 'utf8'), tidy)
  t.strictSame(await fmt(t, ['--check', ...files]), { code: 0, output: '', errors: '' })
})

t.test('where the disk takes no more the file stays, and nothing is left beside it', async (t) => {
  const text = untidy.repeat(2_000)
  const folder = t.testdir({ routes: text })
  // Files may have one block; Node is told of it by an error, as of a full disk.
  const full = ['/bin/sh', '-c', 'ulimit -f 1 && exec "$@"', 'sh', ...builtCommand]
  const failed = await fmt(t, [`${folder}/routes`], '', full)
  t.equal(failed.code, 2)
  t.match(failed.errors, /routes: error: it cannot be written: .*\n1 error\n$/)
  t.equal(failed.output, '')
  t.equal(readFileSync(`${folder}/routes`, 'utf8'), text)
  t.strictSame(readdirSync(folder), ['routes'])
})

t.test('what is read from a pipe that is closed early ends quietly', (t) => {
  const script = 'printf "%s" "$1" | "$@" fmt - | true'
  const { status, stderr } = spawnSync('/bin/sh', ['-c', script, 'sh', ...builtCommand], { encoding: 'utf8' })
  t.strictSame({ status, stderr }, { status: 0, stderr: '' })
  t.end()
})
