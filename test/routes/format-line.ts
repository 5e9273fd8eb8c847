import t from 'tap'
import { commentText, cutLine, isIndented, kindOf, lineAt, withoutEnd } from '../../lib/routes/format-line.js'

t.test('lines end at LF and at CR LF, and the last one at the end', (t) => {
  const source = 'a\nb\r\n\n\r\r\nc\r'
  const lines: string[] = []
  for (let at = 0; at < source.length;) {
    const { text, next } = lineAt(source, at)
    lines.push(text)
    at = next
  }
  t.strictSame(lines, ['a', 'b', '', '\r', 'c\r'])
  t.end()
})

for (const [text, kind, indented] of [
  ['', 'blank', false],
  [' \t', 'blank', true],
  ['# x', 'comment', false],
  ['\t # x', 'comment', true],
  ['a # x', 'words', false],
  [' "', 'words', true],
  ['\r', 'words', false],
  ['\u{a0}', 'words', false],
] as const) {
  t.test(`${JSON.stringify(text)} is ${kind}`, (t) => {
    t.equal(kindOf(text), kind)
    t.equal(isIndented(text), indented)
    t.end()
  })
}

t.test('a line is cut into its words as they are written, and its comment', (t) => {
  const cut = cutLine(String.raw`  a"b \" c"	 -> ${'${X}'}#1 "" # d	#e 	`)
  t.strictSame(cut?.words, [String.raw`a"b \" c"`, '->', '${X}#1', '""'])
  t.equal(cut?.comment, '# d\t#e')
  t.strictSame(
    cut?.tokens.map(({ text }) => text),
    ['ab " c', '->', '${X}#1', ''],
  )
  t.equal(cutLine('a')?.comment, '')
  t.end()
})

t.test('a line with an open quote is not cut', (t) => {
  t.equal(cutLine('a "b'), undefined)
  t.equal(cutLine('a # "b')?.comment, '# "b')
  t.end()
})

t.test('a line of more than 1 MiB is not cut', (t) => {
  const most = 1024 * 1024
  t.equal(cutLine('a'.repeat(most))?.words.length, 1)
  t.equal(cutLine('a'.repeat(most + 1)), undefined)
  t.end()
})

t.test('blanks are taken from the end of a line, carriage returns from that of a comment too', (t) => {
  t.equal(withoutEnd('\ta \t'), '\ta')
  t.equal(withoutEnd(' \t'), '')
  t.equal(withoutEnd('a \r'), 'a \r')
  t.equal(commentText('\t # a \r \r\t'), '# a')
  t.equal(commentText(' '), '')
  t.end()
})

t.test('millions of blanks take no longer than other characters', (t) => {
  const text = `${' '.repeat(4_000_000)}a`
  t.equal(withoutEnd(text), text)
  t.equal(kindOf(text), 'words')
  t.end()
})
