import t from 'tap'
import { MistakeList } from '../../lib/routes/mistake-list.js'
import type { Mistake } from '../../lib/routes/mistake.js'

function mistake(severity: Mistake['severity'], file: string, line: number, column = 1): Mistake {
  return { severity, place: { file, line, column, length: 1 }, lineText: '', message: `${line}`, help: '' }
}

t.test('mistakes are in the order of the files and of the places in them', (t) => {
  const list = new MistakeList()
  for (const [file, line, column] of [
    ['a', 2, 2],
    ['b', 1, 1],
    ['a', 2, 1],
    ['a', 10, 1],
    ['c', 1, 1],
  ] as const)
    list.report(mistake('error', file, line, column))
  t.strictSame(
    list.inOrder(['b', 'a']).map(({ place }) => `${place.file}:${place.line}:${place.column}`),
    ['b:1:1', 'a:2:1', 'a:2:2', 'a:10:1', 'c:1:1'],
  )
  t.equal(list.errors, 5)
  t.notOk(list.full)
  t.end()
})

t.test('a thousand are told, and that there are more', (t) => {
  const list = new MistakeList()
  for (let i = 1; i <= 999; i++) list.report(mistake('error', 'a', i))
  t.notOk(list.full)
  list.report(mistake('error', 'a', 1_000))
  t.ok(list.full, 'reading on is in vain')
  for (let i = 0; i < 5; i++) list.report(mistake('error', 'a', 2_000))
  const told = list.inOrder(['a'])
  t.equal(told.length, 1_001)
  t.match(told.at(-1), { severity: 'warning', message: /^more than 1000 mistakes/ })
  t.end()
})

t.test('an error is told, however many warnings there are', (t) => {
  const list = new MistakeList()
  for (let i = 1; i <= 2_000; i++) list.report(mistake('warning', 'a', i))
  t.notOk(list.full, 'there may be a table')
  t.equal(list.inOrder(['a']).filter(({ severity }) => severity === 'error').length, 0)
  list.report(mistake('error', 'a', 3_000))
  t.equal(list.inOrder(['a']).filter(({ severity }) => severity === 'error').length, 1)
  t.end()
})
