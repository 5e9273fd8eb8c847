import t from 'tap'
import { caseFile, compileText, nameOf, proveCases, tableOf } from '../../fixtures/routes/routes-cases.js'
import { SeededRandom } from '../../fixtures/routes/seeded-random.js'
import { compileRoutes } from '../../lib/routes/compile.js'
import { formatMistake } from '../../lib/routes/mistake.js'

proveCases(t, 'table')

const good = ['# comment', 'a.test\t->\t:1\tname=a', '', 'b.test "->" ":2" name=b']

for (const [what, text] of [
  ['LF', good.join('\n')],
  ['LF and a last one', `${good.join('\n')}\n`],
  ['CRLF', good.join('\r\n')],
  ['CRLF and a last one', `${good.join('\r\n')}\r\n`],
  ['a byte order mark', `\u{feff}${good.slice(1).join('\n')}`],
  ['NUL and other control bytes in a comment', `# \0\x01\x1b\r\xff\n${good.join('\n')}`],
  ['blanks behind all lines', good.map((line) => `${line}\t `).join('\n')],
] as const) {
  t.test(`a file is read with ${what}`, (t) => {
    const table = tableOf(text)
    t.equal(table.routes.length, 2)
    t.equal(nameOf(table, 'a.test', '/'), 'a')
    t.equal(nameOf(table, 'b.test', '/'), 'b')
    t.end()
  })
}

t.test('a place counts from the first character behind the byte order mark', (t) => {
  const { mistakes } = compileText('\u{feff}a.test -> :x\r\n')
  t.match(mistakes, [{ place: { line: 1, column: 11 }, lineText: 'a.test -> :x' }])
  t.end()
})

t.test('binary bytes are mistakes with a place, and print as nothing that a terminal obeys', (t) => {
  const random = new SeededRandom()
  t.comment(`seed ${random.seed}`)
  for (let round = 0; round < 50; round++) {
    const text = String.fromCharCode(...random.several(1, 400, () => random.below(256)))
    const { mistakes, table } = compileText(`\0${text}\0`)
    t.equal(table, undefined)
    for (const mistake of mistakes) {
      const lines = text.split(/\r?\n/)
      t.ok(mistake.place.line >= 0 && mistake.place.line <= lines.length)
      t.notMatch(formatMistake(mistake).replaceAll('\n', ''), /\p{Cc}/u)
    }
  }
  t.end()
})

t.test('a NUL in a host is no host', (t) => {
  t.match(compileText('a.test\0 -> :1').mistakes.map(formatMistake), [
    `routes.txt:1:1: error: "a.test\u{fffd}" is no host\n 1 | a.test\u{fffd} -> :1\n   | ^^^^^^^\n`,
  ])
  t.end()
})

t.test('100000 routes in 5 MB are one table', (t) => {
  const lines = Array.from(
    { length: 100_000 },
    (_, i) => `h${i % 1_000}.test/p${i} -> :${1 + (i % 9)} name=r${i} # one of very many`,
  )
  const text = lines.join('\n')
  t.ok(text.length > 5_000_000)
  const table = tableOf(text)
  t.equal(table.routes.length, 100_000)
  for (const i of [0, 1, 999, 1_000, 99_999])
    t.equal(nameOf(table, `h${i % 1_000}.test`, `/p${i}/x`), `r${i}`)
  t.equal(nameOf(table, 'h1.test', '/p0'), 'nothing')
  t.end()
})

t.test('a file of nothing but mistakes reports the first thousand, in the order of the file', (t) => {
  const kinds = [
    'a.test',
    '-> :1',
    'a..test -> :1',
    'a.test -> :x',
    '* -> :${NONE}',
    '* -> :1 x',
    '"',
    'a.test ->',
  ]
  const lines = Array.from({ length: 20_000 }, (_, i) => kinds[i % kinds.length] as string)
  const first = compileText(lines.slice(0, 800).join('\n')).mistakes.map(({ place }) => place.line)
  const { mistakes, table } = compileText(lines.join('\n'))
  t.equal(table, undefined)
  t.equal(new Set(first).size, 800, 'each line is wrong')
  const places = mistakes.slice(0, -1).map(({ place }) => place.line)
  t.equal(places.length, 1_000)
  t.match(mistakes.at(-1), { message: /^more than 1000 mistakes/ })
  t.ok(places.every((line, i) => line >= (places[i - 1] ?? 0)))
  t.end()
})

for (const [what, text, count] of [
  ['one host', `${'a'.repeat(5_000_000)} -> :1`, 1],
  ['labels', `${'a.'.repeat(500_000)}a -> :1`, 1],
  ['the same host', `${'a,'.repeat(500_000)}a -> :1`, 1],
  ['a path', `/${'a'.repeat(1_000_000)} -> :1`, 0],
  ['segments', `${'/a'.repeat(250_000)} -> :1`, 0],
  ['escapes', `/${'%41'.repeat(250_000)} -> :1`, 0],
  ['an origin', `* -> ${'a'.repeat(1_000_000)}`, 1],
  ['an option', `* -> :1 ${'a'.repeat(1_000_000)}`, 1],
  ['quotes', '"'.repeat(1_000_001), 1],
  ['blanks', ' '.repeat(5_000_000), 1],
  ['lines', '\n'.repeat(1_000_000), 1],
  ['NULs', '\0'.repeat(1_000_000), 1],
] as const) {
  t.test(`millions of bytes of ${what} are read, with ${count} mistakes`, (t) => {
    const { mistakes } = compileText(text)
    t.equal(mistakes.length, count)
    t.ok(mistakes.map(formatMistake).join('\n').length < 1_000)
    t.end()
  })
}

t.test('a text cut anywhere is a table or has mistakes, and never throws', (t) => {
  const text =
    'GET *.a.test/:id$ header:X=1 -> "a b\\"${A:-b}" # c\r\n[::1]/%61$ name=${X} strip -> http://b:1/c\n\0\t-> ->' +
    '\n  -> :1 weight=2 req:+X=${id}\n\n/x -> 200 "y" @z\n* -> 308 https://x${rest}/ path=/${id} -> unix:x'
  const random = new SeededRandom()
  t.comment(`seed ${random.seed}`)
  for (let round = 0; round < 1_000; round++) {
    const cut = random.several(1, 12, () => {
      const from = random.below(text.length)
      return text.slice(from, from + 1 + random.below(8))
    })
    const { table, mistakes } = compileText(cut.join(''))
    if ((table === undefined) !== mistakes.some(({ severity }) => severity === 'error')) t.fail(cut.join(''))
    for (const { place, lineText, message } of mistakes) {
      if (message === '' || place.column + place.length > Math.max(lineText.length, place.column) + 1)
        t.fail(`${JSON.stringify(cut.join(''))}: ${message} at ${place.column}+${place.length}`)
    }
  }
  t.end()
})

t.test('mistakes of several sources stand in the order in which the sources were given', (t) => {
  const sources = [
    { name: 'z.txt', text: 'a.test -> :1\nb.test -> :x' },
    { name: '--route #1', text: 'a.test -> :2' },
    { name: '--route #2', text: 'c.test -> :y' },
  ]
  t.strictSame(
    compileRoutes(sources).mistakes.map((one) => formatMistake(one).split('\n')[0]),
    [
      'z.txt:2:11: error: ":x" is no origin',
      '--route #1:1:1: error: z.txt:1 takes the same requests',
      '--route #2:1:11: error: ":y" is no origin',
    ],
  )
  t.end()
})

t.test('routes of several sources are one table, in their order', (t) => {
  const { table } = compileRoutes([
    { name: 'a', text: 'a.test -> :1' },
    { name: 'b', text: '' },
    { name: 'c', text: 'a.test/x -> :2\nb.test -> :3' },
  ])
  t.strictSame(
    table?.routes.map(({ name, place }) => `${name} ${place.file}:${place.line}`),
    ['a.test a:1', 'a.test/x c:1', 'b.test c:2'],
  )
  t.end()
})

t.test('no routes at all, or no sources, are a mistake too', (t) => {
  t.match(compileText('').mistakes.map(formatMistake), [`${caseFile}: error: there is no route in it`])
  t.match(compileRoutes([]).mistakes.map(formatMistake), ['routes: error: there is no route in it'])
  t.end()
})
