import t from 'tap'
import { exchangeStanding, statusSubject, tableOf } from '../../fixtures/status-subject.js'
import { statusKeys } from '../../lib/cli/status-keys.js'
import { statusReport } from '../../lib/cli/status-report.js'
import { RoutesStanding } from '../../lib/cli/status-routes.js'

/** A gateway that has something to tell by every key. */
function fullSubject() {
  const routes = new RoutesStanding(['routes.txt'], tableOf('* -> :1'))
  const place = { file: 'routes.txt', line: 3, column: 8, length: 1 }
  const mistakes = [{ severity: 'error', place, message: 'it is wrong', lineText: '', help: '' }] as const
  const changes = { added: 0, removed: 0, changed: 0 }
  routes.reloaded({ outcome: 'bad', mistakes, changes, routes: 1, filesChanged: true, staleBefore: false })
  const origins = [{ origin: 'localhost:3000', idle: 1, busy: 2, leftOutMs: 0 }]
  return statusSubject({ exchanges: [exchangeStanding()], origins, routes })
}

/** The keys of `value` from the outside in, as the table has them. */
function keysOf(value: unknown, front = ''): string[] {
  if (Array.isArray(value)) return keysOf(value[0], `${front}[]`)
  if (typeof value !== 'object' || value === null) return [front]
  return Object.entries(value).flatMap(([key, inner]) =>
    keysOf(inner, front === '' ? key : `${front}.${key}`),
  )
}

t.test('the table has every key that a gateway tells, in their order, and no other', (t) => {
  t.strictSame(keysOf(JSON.parse(JSON.stringify(statusReport(fullSubject(), 0)))), Object.keys(statusKeys))
  t.end()
})

t.test('every key has a text', (t) => {
  for (const [key, text] of Object.entries(statusKeys)) t.match(text, /^[^\n]*[^.\s]$/, key)
  t.end()
})
