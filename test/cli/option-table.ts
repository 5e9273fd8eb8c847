import t from 'tap'
import { variableOf } from '../../lib/cli/option-row.js'
import { plainOptions, serveOptions } from '../../lib/cli/option-table.js'
import { limitNames } from '../../lib/core/limits.js'

const rows = Object.entries(serveOptions)

t.test('every option can be written in lower case, and its variable in upper case', (t) => {
  for (const [name] of rows) {
    t.match(name, /^[a-z]+(?:-[a-z]+)*$/)
    t.match(variableOf(name), /^RAILSCALE_[A-Z]+(?:_[A-Z]+)*$/)
  }
  t.equal(new Set(rows.map(([name]) => variableOf(name))).size, rows.length)
  t.end()
})

t.test('the table has its own options, and one for every limit', (t) => {
  t.equal(rows.length, Object.keys(plainOptions).length + limitNames.length)
  t.strictSame(
    rows.slice(0, 7).map(([name]) => name),
    ['routes', 'route', 'listen', 'trust', 'errors', 'metrics', 'log'],
  )
  t.end()
})

t.test('every option says what its value is and what it means, as help and man page show it', (t) => {
  for (const [name, { value, text, flag }] of rows) {
    t.match(value, flag === true ? /^$/ : /^\[?[A-Z:]+\]?$/, name)
    t.match(text, /^(?:[a-z0-9]|PORT )[^\n]*[^.\s]$/, name)
  }
  t.end()
})

t.test('an option that may stand without a value shows it in brackets', (t) => {
  for (const [name, { value, bare }] of rows) t.equal(value.startsWith('['), bare !== '', name)
  t.end()
})

t.test('an option with choices names them in its text, and its default is one of them or says which', (t) => {
  for (const [, { choices, text, default: standard }] of rows)
    for (const choice of choices ?? []) {
      t.match(text, choice)
      t.ok(choices?.some((one) => standard.startsWith(one)))
    }
  t.strictSame(plainOptions.log.choices, ['pretty', 'json', 'live', 'off'])
  t.strictSame(plainOptions.errors.choices, ['auto', 'brief', 'full'])
  t.end()
})
