import t from 'tap'
import { liveReport, refused, reportOf } from '../../fixtures/check-reports.js'
import {
  allMistakes,
  checkRoutes,
  codeOf,
  isWrong,
  summaryOf,
  type CheckReport,
} from '../../lib/cli/check-report.js'
import { compileRoutes } from '../../lib/routes/compile.js'

const told = ({ mistakes }: CheckReport): string[] =>
  mistakes.map(({ place, severity, kind }) => `${place.line} ${severity} ${kind}`)

const odd = 'set A=1\n'
const failing = '? GET http://a.test/ => b'
const routes = 'a.test -> :1 name=a\nb.test -> :2 name=b\n'

for (const [what, text, code, summary] of [
  ['routes that are fine', routes, 0, 'routes.txt: 2 routes: fine'],
  ['one route', 'a.test -> :1', 0, 'routes.txt: 1 route: fine'],
  ['tests that pass', `${routes}${failing.replace('=> b', '=> a')}`, 0, 'routes.txt: 2 routes, 1 test: fine'],
  ['warnings', `${odd}${routes}`, 0, '1 warning'],
  ['a test that fails', `${routes}${failing}`, 1, '1 error'],
  ['a test that fails and a warning', `${odd}${routes}${failing}`, 1, '1 error, 1 warning'],
  ['an error', `${routes}c.test -> :x`, 2, '1 error'],
  ['a test for a route that there is not', `${routes}? GET http://a.test/ => c`, 2, '1 error'],
  ['no routes', '', 2, '1 error'],
] as const) {
  t.test(`${what} end with ${code}, and are counted`, (t) => {
    const report = reportOf(text)
    t.equal(codeOf(report), code)
    t.equal(summaryOf(report), summary)
    t.equal(isWrong(report.mistakes), code === 2)
    t.end()
  })
}

t.test('errors, failed tests and lints stand in the order of their places', (t) => {
  const text = `set B=1
a.test header:X -> :1 name=a
a.test header:X=1 -> :2
? GET http://a.test/ header:X=1 => 404
a.test/$ -> :3 strip`
  t.strictSame(told(reportOf(text)), [
    '1 warning unused-variable',
    '3 warning never-reached',
    '4 error test',
    '5 warning idle-strip',
  ])
  t.strictSame(told(reportOf(`${text}\nb.test -> :x\nset C=1`)), [
    '1 warning unused-variable',
    '3 warning never-reached',
    '5 warning idle-strip',
    '6 error routes',
    '7 warning unused-variable',
  ])
  t.end()
})

t.test('tests are counted by how they end; none has run where the routes are wrong', (t) => {
  const tests = `${failing}\n? GET http://a.test/ => a\n? GET http://b.test/ => b`
  t.strictSame(reportOf(`${routes}${tests}`).tests, { passed: 2, failed: 1 })
  t.strictSame(reportOf(`${routes}c.test -> :x\n${tests}`).tests, { passed: 0, failed: 0 })
  t.end()
})

t.test('a port on which nothing listens is an error, as it is for serve', (t) => {
  const text = 'a.test:81 -> :1\nb.test:82,b.test:83/x -> :2'
  t.strictSame(told(reportOf(text, [82])), ['1 error unheard-port', '2 error unheard-port'])
  t.equal(codeOf(reportOf(text, [82])), 2)
  t.match(reportOf(text, [82]).mistakes[1]?.message, /port 83/)
  t.strictSame(told(reportOf(text, [81, 82, 83])), [])
  t.strictSame(told(reportOf(text)), [], 'not where the ports are not known')
  t.strictSame(told(reportOf(`${text}\nc.test -> :x`, [82])).length, 3, 'beside other errors')
  t.end()
})

t.test('an origin that does not answer ends with 1, and is an error like others', (t) => {
  const report = liveReport('a.test -> :1 -> :2', [{}, refused])
  t.equal(codeOf(report), 1)
  t.equal(summaryOf(report), '1 error')
  t.match(allMistakes(report), [{ severity: 'error', message: /^localhost:2 does not answer/ }])
  const fine = liveReport('a.test -> :1 -> :2', [{}, {}])
  t.equal(codeOf(fine), 0)
  t.equal(summaryOf(fine), 'routes.txt: 1 route, 2 origins: fine')
  t.end()
})

t.test('several files are counted behind the first', (t) => {
  const report = { ...reportOf('a.test -> :1'), files: ['a', 'b', 'c'] }
  t.equal(summaryOf(report), 'a and 2 more: 1 route: fine')
  t.end()
})

t.test('mistakes of several files stand in the order of the files, those about a whole file last', (t) => {
  const files = { read: () => Buffer.from('set C=1'), expand: () => ['b.txt'] }
  const sources = [
    { name: 'z.txt', text: 'set A=1\ninclude b.txt\nset B=1' },
    { name: 'a.txt', text: 'set D=1' },
  ]
  const { mistakes } = checkRoutes(compileRoutes(sources, {}, files), undefined)
  t.strictSame(
    mistakes.map(({ place: { file, line } }) => `${file}:${line}`),
    ['z.txt:1', 'z.txt:3', 'z.txt:0', 'b.txt:1', 'a.txt:1'],
  )
  t.end()
})
