import t from 'tap'
import { compileText, proveCases, tableOf } from '../../fixtures/routes/routes-cases.js'
import { compileRoutes } from '../../lib/routes/compile.js'
import { expandVariables, VariableScope } from '../../lib/routes/variables.js'
import { SourceLine } from '../../lib/routes/routes-file.js'

proveCases(t, 'variables')

t.test('what every object has is no variable', (t) => {
  for (const name of ['CONSTRUCTOR', 'constructor', '__proto__']) {
    const { mistakes } = compileText(
      `\${${name}} -> :1`,
      Object.create({ CONSTRUCTOR: 'a.test' }) as Record<string, string>,
    )
    t.equal(mistakes.length, 1, name)
  }
  t.end()
})

t.test('the environment of the process can be given as it is', (t) => {
  t.teardown(() => delete process.env['RAILSCALE_TEST_PORT'])
  process.env['RAILSCALE_TEST_PORT'] = '3456'
  const source = { name: 'r', text: '* -> :${RAILSCALE_TEST_PORT}' }
  const [route] = compileRoutes([source], process.env).table?.routes ?? []
  t.match(route, { target: { origins: [{ port: 3456 }] } })
  t.end()
})

t.test('a value is put in as it is, whatever replacing text would make of it', (t) => {
  const line = new SourceLine('r', 1, '', () => t.fail('there is no mistake'))
  const token = { text: 'a${V}b${V}', column: 4, length: 10 }
  const V = "$&$1$$`'\\${V}"
  t.strictSame(expandVariables(token, new VariableScope({ V }), line), {
    ...token,
    text: `a${V}b${V}`,
    spoilt: false,
  })
  t.end()
})

t.test('a capture is a part of its own, between literal ones with their values put in', (t) => {
  const line = new SourceLine('r', 1, '', () => t.fail('there is no mistake'))
  const text = 'p=${V}/${id}${host.1}${V}'
  t.strictSame(
    expandVariables({ text, column: 1, length: text.length }, new VariableScope({ V: '${x}' }), line),
    {
      text: 'p=${x}/${id}${host.1}${x}',
      column: 1,
      length: text.length,
      parts: ['p=${x}/', { capture: 'id' }, '', { capture: 'host.1' }, '${x}'],
      spoilt: false,
    },
  )
  t.end()
})

t.test('a token without variables is given back', (t) => {
  const line = new SourceLine('r', 1, '', () => t.fail('there is no mistake'))
  for (const text of ['a.test', '$', '{NAME}', '$NAME', '$ {NAME}']) {
    const token = { text, column: 1, length: text.length }
    t.equal(expandVariables(token, new VariableScope({ NAME: 'x' }), line), token, text)
  }
  t.end()
})

t.test('a name is its match as it reads with the values put in', (t) => {
  const { table } = compileText('${HOST}/x -> :1', { HOST: 'a.test' })
  t.equal(table?.routes[0]?.name, 'a.test/x')
  t.equal(tableOf('a.test/x -> :1').routes[0]?.name, 'a.test/x')
  t.end()
})

for (const [what, text] of [
  ['openings', '${'.repeat(200_000)],
  ['openings with names', '${A'.repeat(200_000)],
  ['fallbacks within fallbacks', '${A:-'.repeat(200_000)],
  ['a name', `\${${'A'.repeat(1_000_000)}}`],
  ['a fallback that is not closed', `\${A:-${'x'.repeat(1_000_000)}`],
] as const) {
  t.test(`millions of characters of ${what} are read once`, (t) => {
    const { mistakes } = compileText(`a.test -> :1 ${text}`, { PORT: '1' })
    t.equal(mistakes.length, 1)
    t.end()
  })
}

t.test('a scope has what was set, and else what the environment has; it knows what was asked for', (t) => {
  const scope = new VariableScope({ HOME: 'h', A: 'outside', lower: 'x' })
  const line = new SourceLine('r', 1, '', () => t.fail('there is no mistake'))
  const variable = (name: string) => ({ name, line, token: { text: name, column: 1, length: name.length } })
  t.equal(scope.set(variable('A'), 'inside'), undefined)
  t.equal(scope.set(variable('C'), undefined), undefined)
  t.match(scope.set(variable('A'), 'again'), { name: 'A' }, 'where it was set before')
  t.strictSame(
    ['A', 'HOME', 'toString', 'C'].map((name) => scope.valueOf(name)),
    ['inside', 'h', undefined, undefined],
  )
  t.strictSame(
    ['A', 'toString', 'C'].map((name) => scope.isSpoilt(name)),
    [false, false, true],
  )
  t.strictSame([...scope.names].sort(), ['A', 'A', 'C', 'HOME'])
  scope.set(variable('D'), '')
  t.strictSame(
    scope.unused.map(({ name }) => name),
    ['D'],
  )
  t.end()
})
