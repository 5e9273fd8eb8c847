import t from 'tap'
import { TypedLine } from '../../lib/cli/completion-line.js'
import { explainOptions, serveOptions, type OptionTable } from '../../lib/cli/option-table.js'

const commands: Readonly<Record<string, OptionTable>> = { explain: explainOptions, serve: serveOptions }

function typed(...words: string[]): TypedLine {
  return new TypedLine(words, (command) => commands[command] ?? {})
}

t.test('a command has its options and their values, in any form', (t) => {
  const line = typed(
    'explain',
    '--routes',
    'a',
    '-X',
    'PUT',
    '--route=b=c',
    '-HA: b',
    '--json',
    'x',
    '--routes=d',
  )
  t.equal(line.command, 'explain')
  t.equal(line.table, explainOptions)
  t.strictSame(
    [...line.options],
    [
      ['routes', ['a', 'd']],
      ['method', ['PUT']],
      ['route', ['b=c']],
      ['header', ['A: b']],
    ],
  )
  t.strictSame([...line.given], ['routes', 'method', 'route', 'header', 'json'])
  t.equal(line.others, 1)
  t.equal(line.waiting, undefined)
  t.end()
})

for (const [what, words, waiting] of [
  ['needs a value', ['serve', '--routes'], serveOptions['routes']],
  ['may have one', ['serve', '--watch'], serveOptions['watch']],
  ['is a letter', ['explain', 'x', '-H'], explainOptions.header],
  ['has its value', ['serve', '--routes='], undefined],
  ['is a word alone', ['explain', '--json'], undefined],
  ['is unknown', ['serve', '--other'], undefined],
  ['is known to objects alone', ['serve', '--constructor'], undefined],
  ['stands behind the last one', ['serve', '--', '--routes'], undefined],
  ['was followed by another one', ['serve', '--routes', '--log', 'json'], undefined],
  ['is only a dash', ['explain', '-'], undefined],
] as const) {
  t.test(`what the next word may be the value of, where an option ${what}`, (t) => {
    t.equal(typed(...words).waiting, waiting)
    t.end()
  })
}

t.test('behind -- there are no options', (t) => {
  t.equal(typed('explain').ended, false)
  const line = typed('explain', '--', '--json', '--')
  t.match(line, { ended: true, others: 2 })
  t.strictSame([...line.given], [])
  t.end()
})

t.test('a value may be a dash, and the command may stand behind options', (t) => {
  const line = typed('--x', 'serve', '--routes', '-', 'y')
  t.match(line, { command: 'serve', others: 1 })
  t.strictSame([...line.options], [['routes', ['-']]])
  t.match(typed(), { command: undefined, others: 0 })
  t.end()
})
