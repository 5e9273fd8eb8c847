import { readFileSync } from 'node:fs'
import t from 'tap'
import { compileRoutes } from '../../lib/routes/compile.js'
import { formatMistake } from '../../lib/routes/mistake.js'

const readme = readFileSync('README.md', 'utf8')

/** The fenced block behind the mark `example NAME`. */
function example(name: string): string {
  const block = new RegExp(`<!-- example ${name} -->\n\`\`\`\n([^]*?)\`\`\``).exec(readme)?.[1]
  if (block === undefined) throw new Error(`README has no example ${name}`)
  return block
}

t.test('the routes of README send requests where its words say', (t) => {
  const { table, mistakes } = compileRoutes([{ name: 'README.md', text: example('routes') }])
  t.same(mistakes, [])
  const goesTo = (host: string, path: string): unknown => table?.match({ host, path })?.origins[0]?.port
  t.equal(goesTo('a.test', '/'), 3000)
  t.equal(goesTo('a.test', '/api/x'), 4000)
  t.equal(goesTo('a.test', '/apix'), 3000)
  t.equal(goesTo('a.test', '/health'), 4000)
  t.equal(goesTo('a.test', '/health/x'), 3000)
  t.equal(goesTo('x.a.test', '/'), 3001)
  t.equal(goesTo('other', '/'), 5000)
  t.end()
})

t.test('the mistake of README looks as it is shown there', (t) => {
  const { mistakes } = compileRoutes([{ name: 'routes.txt', text: 'a.test -> http://127.0.0.1:4000/base' }])
  t.equal(`${mistakes.map(formatMistake).join('\n')}\n`, example('mistakes'))
  t.end()
})
