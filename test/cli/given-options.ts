import t from 'tap'
import { GivenOptions, reading, type ParsedOptions } from '../../lib/cli/given-options.js'
import type { OptionRow } from '../../lib/cli/option-row.js'

const row: OptionRow = { value: 'X', repeatable: false, bare: '', default: '', text: 'x' }
const table = { one: row, 'many-of': { ...row, repeatable: true } }

function given(parsed: ParsedOptions, environment: NodeJS.ProcessEnv = {}): GivenOptions {
  return new GivenOptions(table, parsed, environment)
}

for (const [what, parsed, environment, name, values] of [
  ['nothing', {}, {}, 'one', []],
  ['a text', { one: 'a\nb' }, { RAILSCALE_ONE: 'c' }, 'one', [['a\nb', '--one']]],
  ['an empty text', { one: '' }, { RAILSCALE_ONE: 'c' }, 'one', [['', '--one']]],
  [
    'several',
    { 'many-of': ['a', 'b'] },
    {},
    'many-of',
    [
      ['a', '--many-of'],
      ['b', '--many-of'],
    ],
  ],
  ['a variable', {}, { RAILSCALE_ONE: 'a\nb' }, 'one', [['a\nb', 'RAILSCALE_ONE']]],
  ['an empty variable', {}, { RAILSCALE_ONE: '' }, 'one', []],
  [
    'a variable of lines',
    {},
    { RAILSCALE_MANY_OF: '\na\n\nb\n' },
    'many-of',
    [
      ['a', 'RAILSCALE_MANY_OF'],
      ['b', 'RAILSCALE_MANY_OF'],
    ],
  ],
  [
    'one of the command line before a variable',
    { 'many-of': ['a'] },
    { RAILSCALE_MANY_OF: 'b' },
    'many-of',
    [['a', '--many-of']],
  ],
] as const) {
  t.test(`${what} is given with the place where it stood`, (t) => {
    const expected = values.map(([text, from]) => ({ text, from }))
    t.strictSame(given(parsed, environment).all(name), expected)
    t.end()
  })
}

t.test('values are read, and a wrong one is told with its option or variable, with exit code 2', (t) => {
  const count = (text: string): number => {
    if (text === 'x') throw new Error('"x" is none')
    return text.length
  }
  t.strictSame(given({ 'many-of': ['a', 'bcd'] }).readAll('many-of', count), [1, 3])
  t.equal(given({ one: 'ab' }).read('one', count), 2)
  t.equal(given({}).read('one', count), undefined)
  const wrong = { exitCode: 2, message: 'railscale: --one: "x" is none' }
  t.throws(() => given({ one: 'x' }).read('one', count), wrong)
  t.throws(() => given({}, { RAILSCALE_ONE: 'x' }).read('one', count), {
    ...wrong,
    message: 'railscale: RAILSCALE_ONE: "x" is none',
  })
  t.end()
})

t.test('a choice is one of them, as it is written', (t) => {
  const choices = ['a', 'b'] as const
  t.equal(given({ one: 'b' }).choice('one', choices), 'b')
  t.equal(given({}).choice('one', choices), undefined)
  for (const text of ['A', 'ab', '', 'toString'])
    t.throws(() => given({ one: text }).choice('one', choices), {
      exitCode: 2,
      message: `railscale: --one: "${text}" is none of its values: write a, b`,
    })
  t.end()
})

t.test('what is read well passes', (t) => {
  t.equal(
    reading('--x', () => 3),
    3,
  )
  t.end()
})

for (const [what, parsed, environment, flag] of [
  ['nothing', {}, {}, false],
  ['the word', { one: true }, {}, true],
  ['the word, turned off', { one: false }, { RAILSCALE_ONE: '1' }, false],
  ['a variable that says yes', {}, { RAILSCALE_ONE: 'yes' }, true],
  ['a variable that says no', {}, { RAILSCALE_ONE: '0' }, false],
  ['an empty variable', {}, { RAILSCALE_ONE: '' }, false],
] as const) {
  t.test(`an option that is a word alone: ${what}`, (t) => {
    t.equal(given(parsed, environment).flag('one'), flag)
    t.end()
  })
}
