import t from 'tap'
import { liveReport, refused, reportOf } from '../../fixtures/check-reports.js'
import { githubReport } from '../../lib/cli/check-format-github.js'
import type { CheckReport } from '../../lib/cli/check-report.js'

/** The report with its one mistake, which is in the file `file`. */
function inFile(file: string, changes: Partial<CheckReport['mistakes'][number]> = {}): string {
  const report = reportOf('set A=1\na.test -> :1')
  const mistakes = report.mistakes.map((one) => ({ ...one, place: { ...one.place, file }, ...changes }))
  return githubReport({ ...report, mistakes })
}

t.test('each mistake is a workflow command, and the count is none', (t) => {
  t.equal(
    githubReport(reportOf('set A=1\na.test -> :1 nam=x')),
    `::warning file=routes.txt,line=1,col=5,endColumn=8,title=railscale::nothing uses the variable A%0Awrite \${A} where its value belongs, or leave it out
::error file=routes.txt,line=2,col=14,endColumn=19,title=railscale::unknown option "nam"%0Adid you mean "name"?
1 error, 1 warning
`,
  )
  t.end()
})

t.test('routes that are fine are told in a line', (t) => {
  t.equal(githubReport(reportOf('a.test -> :1')), 'routes.txt: 1 route: fine\n')
  t.end()
})

t.test('what ends a property, a command or a line is escaped', (t) => {
  t.match(
    inFile('a:b,c%d.txt', { message: '100%: a,b::c', help: '' }),
    /^::warning file=a%3Ab%2Cc%25d\.txt,line=1,[^\n]*,title=railscale::100%25: a,b::c\n/,
  )
  t.end()
})

t.test('no text begins a command of its own', (t) => {
  const output = inFile('x\n::error::y', { message: 'one\r\n::add-mask::x', help: 'two\n::debug::y' })
  for (const line of output.split('\n')) t.notMatch(line, /^::(?!warning file=)/)
  t.notMatch(output, /\r/)
  const summary = githubReport({ ...reportOf('a.test -> :1'), files: ['x\n::error::y'] })
  t.equal(summary, 'x\u{fffd}::error::y: 1 route: fine\n')
  t.end()
})

t.test('files are named as the repository knows them', (t) => {
  t.match(inFile('./routes.txt'), /^::warning file=routes\.txt,/)
  t.match(inFile('a/../b/routes.txt'), /^::warning file=b\/routes\.txt,/)
  t.match(inFile('/abs/routes.txt'), /^::warning file=\/abs\/routes\.txt,/)
  t.end()
})

t.test('what stands on the command line is in no file', (t) => {
  t.match(inFile('--route'), /^::warning title=railscale::--route:1:5: nothing uses/)
  t.match(inFile('--route #2'), /^::warning title=railscale::--route #2:1:5: nothing uses/)
  t.end()
})

t.test('a mistake about a whole file has no line', (t) => {
  t.match(githubReport(reportOf('')), /^::error file=routes\.txt,title=railscale::there is no route in it%0A/)
  t.end()
})

t.test('an origin that does not answer is an error at its route', (t) => {
  t.equal(
    githubReport(liveReport('a.test -> :1 -> :2', [{}, refused])),
    `::error file=routes.txt,line=1,col=1,endColumn=7,title=railscale::localhost:2 does not answer: the origin refused the connection: nothing listens there (ECONNREFUSED)%0Astart the origin, or check its port in the routes file
1 error
`,
  )
  t.end()
})
