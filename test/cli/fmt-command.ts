import { readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import t, { type Test } from 'tap'
import { FakeTerminal } from '../../fixtures/routes/fake-terminal.js'
import { CommandError } from '../../lib/cli/exit-codes.js'
import { fmtGiven } from '../../lib/cli/fmt-command.js'
import { GivenOptions, type ParsedOptions } from '../../lib/cli/given-options.js'
import { fmtOptions } from '../../lib/cli/option-table.js'

interface Ended {
  readonly code: number
  readonly output: string
  /** Of the error that it ended with. */
  readonly message: string
}

const noInput = (): never => {
  throw new Error('stdin was read')
}

async function fmt(
  words: readonly string[],
  parsed: ParsedOptions = {},
  input: () => Readable = noInput,
  environment: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  const terminal = new FakeTerminal()
  const given = new GivenOptions(fmtOptions, parsed, environment)
  try {
    const code = await fmtGiven(given, words, terminal, input)
    return { code, output: terminal.output, message: '' }
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    return { code: error.exitCode, output: terminal.output, message: error.message }
  }
}

const untidy = 'a  ->  :1\n'
const tidy = 'a -> :1\n'

/** Works in a folder of its own. */
function inFolder(t: Test, content: Readonly<Record<string, string | Buffer>>): string {
  const folder = t.testdir({})
  for (const [name, text] of Object.entries(content)) writeFileSync(join(folder, name), text)
  const before = process.cwd()
  t.teardown(() => process.chdir(before))
  process.chdir(folder)
  return folder
}

t.test('files are rewritten that change, and named; the others are not touched', async (t) => {
  inFolder(t, { untidy, tidy, 'with blank.txt': '\ufeffb -> :1\r\n' })
  const before = statSync('tidy')
  const ended = await fmt(['untidy', 'tidy', './with blank.txt'])
  t.strictSame(ended, { code: 0, output: 'untidy\n./with blank.txt\n', message: '' })
  t.equal(readFileSync('untidy', 'utf8'), tidy)
  t.equal(readFileSync('with blank.txt', 'utf8'), 'b -> :1\n')
  t.strictSame([statSync('tidy').ino, statSync('tidy').mtimeMs], [before.ino, before.mtimeMs])
  t.strictSame(await fmt(['untidy', 'tidy']), { code: 0, output: '', message: '' })
})

t.test('--check names what would change, changes nothing, and ends with 1', async (t) => {
  inFolder(t, { untidy, tidy })
  t.strictSame(await fmt(['tidy', 'untidy'], { check: true }), { code: 1, output: 'untidy\n', message: '' })
  t.equal(readFileSync('untidy', 'utf8'), untidy)
  t.strictSame(await fmt(['tidy'], { check: true }), { code: 0, output: '', message: '' })
  t.equal((await fmt(['untidy'], {}, noInput, { RAILSCALE_CHECK: '1' })).code, 1)
})

t.test('without files it is those of --routes, else ./routes.txt', async (t) => {
  inFolder(t, { 'routes.txt': untidy, other: untidy })
  t.equal((await fmt([], { routes: ['other'] })).output, 'other\n')
  t.equal((await fmt([], {}, noInput, { RAILSCALE_ROUTES: 'other' })).output, '')
  t.equal((await fmt([])).output, './routes.txt\n')
  t.equal(readFileSync('routes.txt', 'utf8'), tidy)
})

t.test('included files are left alone, and so are mistakes', async (t) => {
  inFolder(t, { 'routes.txt': 'include   other\na ->  -> x=y\n', other: untidy })
  t.equal((await fmt([])).code, 0)
  t.equal(readFileSync('routes.txt', 'utf8'), 'include other\na -> -> x=y\n')
  t.equal(readFileSync('other', 'utf8'), untidy)
})

t.test('a link stays, and its file is rewritten', async (t) => {
  inFolder(t, { real: untidy })
  symlinkSync('real', 'link')
  t.equal((await fmt(['link'])).output, 'link\n')
  t.equal(readFileSync('real', 'utf8'), tidy)
  t.strictSame(readdirSync('.'), ['link', 'real'])
})

t.test('- is stdin to stdout, whether it changes or not', async (t) => {
  const input = (text: string | Buffer) => () => Readable.from([Buffer.from(text)])
  t.strictSame(await fmt(['-'], {}, input(untidy)), { code: 0, output: tidy, message: '' })
  t.strictSame(await fmt(['-'], {}, input(tidy)), { code: 0, output: tidy, message: '' })
  t.strictSame(await fmt(['-'], { check: true }, input(untidy)), { code: 1, output: '-\n', message: '' })
  t.strictSame(await fmt(['-'], { check: true }, input(tidy)), { code: 0, output: '', message: '' })
  const halves = Buffer.from('# \u{e4}\n')
  const cut = await fmt(['-'], {}, () => Readable.from([halves.subarray(0, 3), halves.subarray(3)]))
  t.equal(cut.output, '# \u{e4}\n')
})

t.test('what is wrong with stdin is told, and nothing is written', async (t) => {
  const latin1 = await fmt(['-'], {}, () => Readable.from([Buffer.from([0x23, 0xe4])]))
  t.strictSame(latin1, { code: 2, output: '', message: '-: error: it is not UTF-8 text\n1 error' })
  const endless = new Readable({
    read() {
      this.push(Buffer.alloc(1024 * 1024, '# '))
    },
  })
  t.match(await fmt(['-'], {}, () => endless), {
    code: 2,
    message: '-: error: it is larger than 16 MiB\n1 error',
  })
  t.ok(endless.destroyed, 'it is read no further')
  const broken = new Readable({
    read() {
      this.destroy(new Error('it is gone'))
    },
  })
  t.match(await fmt(['-'], {}, () => broken), {
    code: 2,
    message: '-: error: it cannot be read: it is gone\n1 error',
  })
  t.match(await fmt(['a', '-']), { code: 2, message: 'railscale: - is stdin' })
})

t.test('files that cannot be read are told with their names, when the others are done', async (t) => {
  const folder = inFolder(t, { latin1: Buffer.from([0x23, 0xe4]), untidy })
  t.strictSame(await fmt(['none', 'latin1', folder, 'untidy']), {
    code: 2,
    output: 'untidy\n',
    message: [
      'none: error: there is no such file',
      'latin1: error: it is not UTF-8 text',
      `${folder}: error: it is a folder`,
      '3 errors',
    ].join('\n'),
  })
  t.equal(readFileSync('untidy', 'utf8'), tidy)
  t.equal((await fmt(['none', 'untidy'], { check: true })).code, 2)
})

t.test('a file that would become too large in its layout stays as it is', async (t) => {
  const wide = `${'a'.repeat(60)} -> ${'c'.repeat(57)} strip\n`
  const text = `${wide}${'b -> :1 x\n'.repeat(9_999)}`.repeat(15)
  inFolder(t, { text })
  t.match(await fmt(['text']), {
    code: 2,
    output: '',
    message: 'text: error: in its layout it would be larger than 16 MiB',
  })
  t.equal(readFileSync('text', 'utf8'), text)
})
