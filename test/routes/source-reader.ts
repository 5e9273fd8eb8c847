import t from 'tap'
import { filesInMemory } from '../../fixtures/routes/routes-cases.js'
import { MistakeList } from '../../lib/routes/mistake-list.js'
import { SourceReader } from '../../lib/routes/source-reader.js'
import { VariableScope } from '../../lib/routes/variables.js'

t.test('reading ends where there are so many mistakes that nobody reads them', (t) => {
  const mistakes = new MistakeList()
  const reader = new SourceReader(new VariableScope({}), filesInMemory({}), mistakes)
  const text = 'a.test\n'.repeat(100_000) + 'b.test -> :1'
  for (const _step of reader.read({ name: 'r', text })) continue
  t.equal(mistakes.errors, 1_000)
  t.strictSame(reader.routes, [])
  t.end()
})

t.test('several sources are read one after the other, with one set of variables', (t) => {
  const mistakes = new MistakeList()
  const reader = new SourceReader(new VariableScope({}), filesInMemory({}), mistakes)
  for (const [name, text] of [
    ['a', 'set X=:1'],
    ['b', 'a.test -> ${X}'],
  ] as const)
    for (const _step of reader.read({ name, text })) continue
  t.strictSame([mistakes.errors, reader.routes.length, [...reader.files]], [0, 1, ['a', 'b']])
  t.end()
})
