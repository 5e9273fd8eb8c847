import t from 'tap'
import type { Mistake } from '../../lib/routes/mistake.js'
import { sourceLines, SourceLine } from '../../lib/routes/routes-file.js'

const never = (): void => void t.fail('nothing is reported by reading lines')

for (const [what, text, lines] of [
  ['an empty file', '', ['']],
  ['a line without an end', 'a', ['a']],
  ['lines that end in LF', 'a\nb\n', ['a', 'b', '']],
  ['lines that end in CRLF', 'a\r\nb\r\n', ['a', 'b', '']],
  ['lines that end in one and the other', 'a\r\nb\nc', ['a', 'b', 'c']],
  ['a carriage return that ends no line', 'a\rb\r', ['a\rb\r']],
  ['two carriage returns', 'a\r\r\nb', ['a\r', 'b']],
  ['a byte order mark', '\u{feff}a\nb', ['a', 'b']],
  ['two byte order marks', '\u{feff}\u{feff}a', ['\u{feff}a']],
  ['a byte order mark elsewhere', 'a\n\u{feff}b', ['a', '\u{feff}b']],
  ['other line separators', 'a\u{2028}b\u{85}c\v\f', ['a\u{2028}b\u{85}c\v\f']],
  ['binary bytes', '\0\x01\n\0', ['\0\x01', '\0']],
] as const) {
  t.test(`${what}: ${lines.length} lines`, (t) => {
    const seen = [...sourceLines({ name: 'r', text }, never)]
    t.strictSame(
      seen.map((line) => [line.file, line.number, line.text]),
      lines.map((line, i) => ['r', i + 1, line]),
    )
    t.end()
  })
}

t.test('lines are made one by one, so that a file of nothing else costs little', (t) => {
  const lines = sourceLines({ name: 'r', text: '\n'.repeat(1_000_000) }, never)
  const first = lines.next()
  t.equal(first.done !== true && first.value.number, 1)
  t.notOk(Array.isArray(lines))
  t.end()
})

t.test('a line reports what is wrong on it, with its place and its text', (t) => {
  const told: Mistake[] = []
  const line = new SourceLine('routes.txt', 7, 'a b c', (mistake) => told.push(mistake))
  const token = { text: 'b', column: 3, length: 1 }
  const place = { file: 'routes.txt', line: 7, column: 3, length: 1 }
  t.strictSame(line.place(token), place)
  line.error(token, 'it is wrong')
  line.error(token, 'it is still wrong', 'leave it out')
  line.warning(token, 'it is odd')
  t.strictSame(told, [
    { severity: 'error', place, lineText: 'a b c', message: 'it is wrong', help: '' },
    { severity: 'error', place, lineText: 'a b c', message: 'it is still wrong', help: 'leave it out' },
    { severity: 'warning', place, lineText: 'a b c', message: 'it is odd', help: '' },
  ])
  t.end()
})
