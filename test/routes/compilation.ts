import t from 'tap'
import { compileText, filesInMemory } from '../../fixtures/routes/routes-cases.js'
import { Compilation } from '../../lib/routes/compilation.js'

t.test('it goes step by step, and has its result at the end', (t) => {
  const compilation = new Compilation({}, filesInMemory({}))
  let steps = 0
  const many = Array.from({ length: 160 }, (_, i) => `h${i}.test -> :1\n`).join('')
  const text = `set A=:1\na.test -> \${A} name=a\n${many}? GET http://a.test/ => a`
  for (const _step of compilation.steps([{ name: 'r', text }])) steps++
  t.ok(steps >= 10 + 10 + 1, `${steps} steps for 163 statements, 161 routes and a test`)
  const { table, mistakes } = compilation.result
  t.strictSame([table?.routes.length, mistakes], [161, []])
  t.end()
})

t.test('it tells what it has read, and which variables nobody uses', (t) => {
  const files = { 'more/x.txt': 'x.test -> 200 @y', 'more/y': 'y' }
  const {
    unused,
    files: read,
    routes,
  } = compileText('set A=1\nset B=2\ninclude more/*.txt\n* -> :${A}', {}, files)
  t.strictSame(
    unused.map(({ name, line }) => [name, line.number]),
    [['B', 2]],
  )
  t.strictSame(read, ['routes.txt', 'more/x.txt', 'y'])
  t.equal(routes.length, 2)
  t.end()
})

t.test('routes that could be read are told beside mistakes in others', (t) => {
  const { table, routes } = compileText('a.test -> :1\nb.test')
  t.equal(table, undefined)
  t.strictSame(
    routes.map(({ matchText }) => matchText),
    ['a.test'],
  )
  t.end()
})
