import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import t from 'tap'
import { bashQuoted, shellWords } from '../../lib/cli/completion-quotes.js'

for (const [line, words] of [
  ['', ['||']],
  ['a', ['a|a|']],
  ['a ', ['a|a|', '||']],
  ['  a\tbc  d', ['a|a|', 'bc|bc|', 'd|d|']],
  [String.raw`a\ b c\\`, [String.raw`a\ b|a b|`, String.raw`c\\|c\|`]],
  ['a\\', ['a\\|a|']],
  [`'a b'c "d e"`, [`'a b'c|a bc|`, `"d e"|d e|`]],
  [String.raw`"a\"\$\x b`, [String.raw`"a\"\$\x b|a"$\x b|"`]],
  [String.raw`'a\' 'b "`, [String.raw`'a\'|a\|`, `'b "|b "|'`]],
  ['"a', ['"a|a|"']],
  ['"\\', ['"\\|\\|"']],
  ['$(x) `y` ${z', ['$(x)|$(x)|', '`y`|`y`|', '${z|${z|']],
] as const) {
  t.test(`the words of ${line}`, (t) => {
    const shown = shellWords(line).map(({ raw, text, open }) => `${raw}|${text}|${open}`)
    t.strictSame(shown, words)
    t.end()
  })
}

for (const [text, open, quoted] of [
  ['http://a.test:80/x,y=@%+_-', '', 'http://a.test:80/x,y=@%+_-'],
  ['GET a$(x)', '', 'GET\\ a\\$\\(x\\)'],
  ['~/x!', '', '\\~/x\\!'],
  ['\u{e4}\u{1f682}', '', '\u{e4}\u{1f682}'],
  ['', '', ''],
  ['a "$(x)" `y` \\', '"', '"a \\"\\$(x)\\" \\`y\\` \\\\'],
  ['a!', '"', undefined],
  ['a "$(x)!', "'", `'a "$(x)!`],
  ["a'b", "'", undefined],
  ['a\nb', '', undefined],
  ['a\x7f', "'", undefined],
] as const) {
  t.test(`${JSON.stringify(text)} behind ${open === '' ? 'no quote' : open}`, (t) => {
    t.equal(bashQuoted(text, open), quoted)
    t.end()
  })
}

const nasty = fc.string({
  unit: fc.constantFrom(...' !"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~aX0\u{e4}\u{1f682}\u{a0}'.split(/(?:)/u)),
  maxLength: 12,
})

t.test('bash reads back what was quoted, and nothing else happens', (t) => {
  const seed = Date.now() % 2 ** 31
  const texts = fc.sample(nasty, { numRuns: 600, seed })
  const commands: string[] = []
  const wanted: string[] = []
  for (const text of texts) {
    for (const open of ['', '"', "'"] as const) {
      const quoted = text === '' ? undefined : bashQuoted(text, open)
      if (quoted === undefined) continue
      commands.push(`printf '%s\\0' ${quoted}${open}\n`)
      wanted.push(text)
    }
  }
  const folder = t.testdir({})
  const output = execFileSync('bash', ['--norc', '-s'], {
    input: commands.join(''),
    cwd: folder,
    encoding: 'utf8',
  })
  t.strictSame(output.split('\0').slice(0, -1), wanted, `seed ${seed}`)
  t.ok(wanted.length > 1_000)
  t.end()
})

t.test('what was quoted is read back here, too', (t) => {
  const property = fc.property(
    nasty,
    fc.constantFrom('' as const, '"' as const, "'" as const),
    (text, open) => {
      const quoted = bashQuoted(text, open)
      if (quoted === undefined) return true
      const [word, ...more] = shellWords(quoted)
      return word?.text === text && word.open === open && more.length === 0
    },
  )
  const details = fc.check(property)
  t.notOk(details.failed, fc.defaultReportMessage(details) ?? '')
  t.end()
})
