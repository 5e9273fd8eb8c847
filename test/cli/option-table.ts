import t from 'tap'
import { serveOptions, variableOf, type OptionRow } from '../../lib/cli/option-table.js'

const rows = Object.entries<OptionRow>(serveOptions)

t.test('every option can be written in lower case, and its variable in upper case', (t) => {
  for (const [name] of rows) {
    t.match(name, /^[a-z]+(?:-[a-z]+)*$/)
    t.match(variableOf(name), /^RAILSCALE_[A-Z]+(?:_[A-Z]+)*$/)
  }
  t.equal(variableOf('listen'), 'RAILSCALE_LISTEN')
  t.equal(variableOf('drain-time'), 'RAILSCALE_DRAIN_TIME')
  t.equal(new Set(rows.map(([name]) => variableOf(name))).size, rows.length)
  t.end()
})

t.test('every option says what its value is and what it means, as help and man page show it', (t) => {
  for (const [name, { value, text }] of rows) {
    t.match(value, /^\[?[A-Z:]+\]?$/, name)
    t.match(text, /^(?:[a-z]|PORT )[^\n]*[^.\s]$/, name)
  }
  t.end()
})

t.test('an option that may stand without a value shows it in brackets', (t) => {
  for (const [name, { value, bare }] of rows) t.equal(value.startsWith('['), bare !== '', name)
  t.end()
})

t.test('an option with choices names them in its text', (t) => {
  for (const [, { choices, text }] of rows) for (const choice of choices ?? []) t.match(text, choice)
  t.strictSame(serveOptions.log.choices, ['pretty', 'json', 'off'])
  t.end()
})
