import t from 'tap'
import { lexLine, partOf, type Token } from '../../lib/routes/lex.js'

/** `text@column+length`, as the tests below write a token. */
function shown(token: Token): string {
  return `${token.text}@${token.column}+${token.length}`
}

for (const [what, line, tokens] of [
  ['an empty line', '', []],
  ['blanks alone', ' \t ', []],
  ['a comment', '# a b', []],
  ['a comment behind blanks', '\t # a b', []],
  ['one token', 'a', ['a@1+1']],
  ['tokens between blanks and tabs', ' ab\t->  :1 ', ['ab@2+2', '->@5+2', ':1@9+2']],
  ['a comment behind a blank', 'a #b', ['a@1+1']],
  ['a hash inside a token', 'a#b #', ['a#b@1+3']],
  ['a hash at the end of a token', 'a# b', ['a#@1+2', 'b@4+1']],
  ['a quoted hash', '"#a" b', ['#a@1+4', 'b@6+1']],
  ['a quoted token with blanks', '"a\t b" c', ['a\t b@1+6', 'c@8+1']],
  ['an empty quoted token', '"" a', ['@1+2', 'a@4+1']],
  ['quotes within a token', 'a"b c"d"e f"', ['ab cde f@1+12']],
  ['a quote behind a quote', '"a""b"', ['ab@1+6']],
  ['escapes in quotes', String.raw`"\"\\\n"`, ['"\\\n@1+8']],
  ['other backslashes in quotes', String.raw`"\a\t"`, ['\\a\\t@1+6']],
  ['backslashes outside quotes', String.raw`a\"b" \n`, ['a\\b@1+5', '\\n@7+2']],
  ['an escaped quote at the end', String.raw`"a\"" b`, ['a"@1+5', 'b@7+1']],
  ['an escaped backslash at the end', String.raw`"a\\" b`, ['a\\@1+5', 'b@7+1']],
  ['blanks of other kinds', 'a\u{a0}b c\v\fd', ['a\u{a0}b@1+3', 'c\v\fd@5+4']],
  ['control bytes', 'a\0b \x1b', ['a\0b@1+3', '\x1b@5+1']],
  ['characters beyond ASCII', 'ü \u{1f600} x', ['ü@1+1', '\u{1f600}@3+2', 'x@6+1']],
] as const) {
  t.test(`${what}: ${tokens.length} tokens`, (t) => {
    const lexed = lexLine(line)
    t.strictSame(lexed.tokens.map(shown), tokens)
    t.equal(lexed.unclosed, undefined)
    t.end()
  })
}

for (const [line, token, before] of [
  ['"', '@1+1', 0],
  ['a "b c', 'b c@3+4', 1],
  ['a b"c # d ', 'bc # d @3+8', 1],
  ['"a" "b"" c', 'b c@5+6', 1],
  [String.raw`"a\"`, 'a"@1+4', 0],
  [String.raw`"a\\\"`, 'a\\"@1+6', 0],
] as const) {
  t.test(`the quote of ${line} is not closed`, (t) => {
    const { tokens, unclosed } = lexLine(line)
    t.equal(unclosed && shown(unclosed), token)
    t.equal(tokens.length, before)
    t.end()
  })
}

t.test('a token is quoted if it begins with a quote', (t) => {
  const { tokens } = lexLine('"a" b"c" @"d" "e"f ""')
  t.strictSame(
    tokens.map(({ quoted }) => quoted === true),
    [true, false, false, true, true],
  )
  t.end()
})

t.test('every character of a line stands in one token, one comment, or between them', (t) => {
  const line = 'a.test "b c" -> "\\"" # d'
  const covered = lexLine(line).tokens.map(({ column, length }) =>
    line.slice(column - 1, column - 1 + length),
  )
  t.strictSame(covered, ['a.test', '"b c"', '->', '"\\""'])
  t.end()
})

for (const [what, token, part] of [
  ['a stretch of it', { text: 'a.test/api', column: 3, length: 10 }, '/api@9+4'],
  ['all of it where quotes make it longer', { text: 'a.test/api', column: 3, length: 12 }, 'a.test/api@3+12'],
  [
    'all of it where a variable makes it shorter',
    { text: 'a.test/api', column: 3, length: 7 },
    'a.test/api@3+7',
  ],
] as const) {
  t.test(`a part of a token is ${what}`, (t) => {
    t.equal(shown(partOf(token, 6, 4)), part)
    t.end()
  })
}
