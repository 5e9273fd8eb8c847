import t from 'tap'
import { countMistakes, formatMistake, hasErrors, type Mistake } from '../../lib/routes/mistake.js'

function mistake(changes: Partial<Mistake> = {}): Mistake {
  const place = { file: 'routes.txt', line: 7, column: 3, length: 2 }
  return { severity: 'error', place, lineText: 'a bc d', message: 'it is wrong', help: '', ...changes }
}

/** What stands where the carets point at. */
function pointedAt(text: string): string {
  const [, line = '', carets = ''] = text.split('\n')
  return line.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)
}

t.test('a mistake looks as ROUTES.md shows it', (t) => {
  const lineText = 'app.localhost/api       -> http://127.0.0.1:4000/base strip'
  const message = 'an origin takes scheme, host and port only, not the path "/base"'
  const help = 'to send /api/x as /base/x write  prefix=/base'
  const place = { file: 'routes.txt', line: 7, column: 49, length: 5 }
  t.equal(
    formatMistake(mistake({ place, lineText, message, help })),
    `routes.txt:7:49: error: an origin takes scheme, host and port only, not the path "/base"
 7 | app.localhost/api       -> http://127.0.0.1:4000/base strip
   |                                                 ^^^^^
   = to send /api/x as /base/x write  prefix=/base`,
  )
  t.end()
})

t.test('a warning is one, and a longer line number moves the bars', (t) => {
  const place = { file: 'a b.txt', line: 1234, column: 1, length: 1 }
  t.equal(
    formatMistake(mistake({ severity: 'warning', place, help: 'do this' })),
    'a b.txt:1234:1: warning: it is wrong\n 1234 | a bc d\n      | ^\n      = do this',
  )
  t.end()
})

t.test('a mistake of a whole file has no line', (t) => {
  const place = { file: 'routes.txt', line: 0, column: 0, length: 0 }
  t.equal(
    formatMistake(mistake({ place, lineText: '', help: 'do this' })),
    'routes.txt: error: it is wrong\n   = do this',
  )
  t.end()
})

t.test('a place without length, such as the end of a line, is pointed at with one caret', (t) => {
  const place = { file: 'r', line: 1, column: 7, length: 0 }
  t.match(formatMistake(mistake({ place })), /\n {3}\| {7}\^$/)
  t.end()
})

t.test('tabs count as one blank, so that the caret stands below its place', (t) => {
  const lineText = '\ta\t->\t:x'
  const place = { file: 'r', line: 1, column: 7, length: 2 }
  const text = formatMistake(mistake({ place, lineText }))
  t.match(text, '\n 1 |  a -> :x\n')
  t.equal(pointedAt(text), ':x')
  t.end()
})

t.test('nothing of a routes file moves the cursor of a terminal or begins a line', (t) => {
  const wild = 'a\x1b[31m\0\x07\r\n\x7f\x9b\u{202e}\u{feff}b'
  const place = { file: wild, line: 1, column: 1, length: 1 }
  const text = formatMistake(mistake({ place, lineText: wild, message: wild, help: wild }))
  t.equal(text.split('\n').length, 4)
  t.notMatch(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u)
  t.equal(text.match(/a\u{fffd}\[31m\u{fffd}{8}b/gu)?.length, 4, 'the rest is shown')
  t.end()
})

for (const column of [1, 40, 51, 52, 150, 4_000, 9_998]) {
  t.test(`of a long line 100 characters around column ${column} are shown`, (t) => {
    const lineText = '.'.repeat(column - 1) + 'ab' + '.'.repeat(10_000 - column)
    const place = { file: 'r', line: 1, column, length: 2 }
    const text = formatMistake(mistake({ place, lineText }))
    t.equal(pointedAt(text), 'ab')
    const shown = text.split('\n')[1]?.slice(' 1 | '.length) ?? ''
    t.ok(shown.length <= 100, `${shown.length} characters`)
    t.equal(shown.length, Math.min(100, 10_001 - Math.max(0, column - 51)))
    t.end()
  })
}

t.test('a place that is longer than what is shown is underlined as far as it is shown', (t) => {
  const place = { file: 'r', line: 1, column: 91, length: 5_000 }
  const text = formatMistake(mistake({ place, lineText: 'x'.repeat(6_000) }))
  t.equal(pointedAt(text), 'x'.repeat(50))
  t.equal(text.split('\n')[1]?.length, text.split('\n')[2]?.length)
  t.end()
})

t.test('a sentence that quotes something endless is shortened in its middle', (t) => {
  const message = `"${'x'.repeat(5_000_000)}" is no host`
  const text = formatMistake(mistake({ message, help: message }))
  t.ok(text.length < 1_000, `${text.length} characters`)
  t.match(text, /error: "x+…x+" is no host\n/)
  t.match(text, /= "x+…x+" is no host$/)
  const short = `"${'x'.repeat(300)}" is no host`
  t.match(formatMistake(mistake({ message: short })), short, 'but not before')
  t.end()
})

for (const [severities, count] of [
  ['', ''],
  ['e', '1 error'],
  ['ee', '2 errors'],
  ['w', '1 warning'],
  ['ww', '2 warnings'],
  ['ewe', '2 errors, 1 warning'],
] as const) {
  t.test(`mistakes are counted: ${count || 'none'}`, (t) => {
    const mistakes = [...severities].map((one) => mistake({ severity: one === 'e' ? 'error' : 'warning' }))
    t.equal(countMistakes(mistakes), count)
    t.equal(hasErrors(mistakes), severities.includes('e'))
    t.end()
  })
}
