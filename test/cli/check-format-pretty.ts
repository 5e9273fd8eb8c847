import t from 'tap'
import { coloured, coloursIn, liveReport, refused, reportOf } from '../../fixtures/check-reports.js'
import { prettyReport } from '../../lib/cli/check-format-pretty.js'
import { plain } from '../../lib/cli/paint.js'

const wrong = 'set A=1\na.test -> :1 nam=x'

t.test('each mistake stands with its line, and the count below', (t) => {
  t.equal(
    prettyReport(reportOf(wrong), plain),
    `routes.txt:1:5: warning: nothing uses the variable A
 1 | set A=1
   |     ^^^
   = write \${A} where its value belongs, or leave it out
routes.txt:2:14: error: unknown option "nam"
 2 | a.test -> :1 nam=x
   |              ^^^^^
   = did you mean "name"?
1 error, 1 warning
`,
  )
  t.end()
})

t.test('on a terminal with colours errors are red, warnings yellow, and what to do is cyan', (t) => {
  const output = coloursIn(prettyReport(reportOf(wrong), coloured))
  t.equal(
    output,
    `<1>routes.txt:1:5<22>: <33>warning:<39> nothing uses the variable A
 1 | set A=1
<33>   |     ^^^<39>
<36>   = write \${A} where its value belongs, or leave it out<39>
<1>routes.txt:2:14<22>: <31>error:<39> unknown option "nam"
 2 | a.test -> :1 nam=x
<31>   |              ^^^^^<39>
<36>   = did you mean "name"?<39>
<31>1 error, 1 warning<39>
`,
  )
  t.equal(output.replace(/<\d+>/g, ''), prettyReport(reportOf(wrong), plain), 'the text is the same')
  t.match(coloursIn(prettyReport(reportOf('set A=1\na.test -> :1'), coloured)), /\n<33>1 warning<39>\n$/)
  const fine = coloursIn(prettyReport(reportOf('a.test -> :1'), coloured))
  t.equal(fine, '<32>routes.txt: 1 route: fine<39>\n')
  t.end()
})

t.test('a mistake without a line, and one without help, keep their colours apart', (t) => {
  t.equal(
    coloursIn(prettyReport(reportOf(''), coloured)),
    '<1>routes.txt<22>: <31>error:<39> there is no route in it\n<36>   = write one such as: * -> :3000<39>\n<31>1 error<39>\n',
  )
  const failed = prettyReport(reportOf('a.test -> :1 name=a\n? GET http://a.test/ => 404'), coloured)
  t.match(coloursIn(failed), /\n<31> {3}\| +\^\^\^<39>\n<31>1 error<39>\n$/)
  t.end()
})

t.test('origins that were dialled stand in a table, and those that do not answer as errors below', (t) => {
  const certificateEnds = new Date('2999-01-01')
  const secure = { address: '192.0.2.1:443', nameMs: 12.34, tcpMs: 1.06, tlsMs: 120, certificateEnds }
  t.equal(
    prettyReport(liveReport('a.test -> https://b.test -> :2', [secure, refused]), plain),
    `origin          address           name     TCP       TLS
https://b.test  192.0.2.1:443  12.3 ms  1.1 ms  120.0 ms  answers
localhost:2     -                    -       -         -  does not answer
routes.txt:1:1: error: localhost:2 does not answer: the origin refused the connection: nothing listens there (ECONNREFUSED)
 1 | a.test -> https://b.test -> :2
   | ^^^^^^
   = start the origin, or check its port in the routes file
1 error
`,
  )
  t.end()
})

t.test('routes without origins have no table', (t) => {
  t.equal(prettyReport({ ...reportOf('* -> 404 "no"'), live: [] }, plain), 'routes.txt: 1 route: fine\n')
  t.end()
})

t.test('a name of a file moves no cursor', (t) => {
  const report = { ...reportOf('a.test -> :1'), files: ['x\x1b[2J\n'] }
  t.equal(prettyReport(report, plain), 'x\u{fffd}[2J\u{fffd}: 1 route: fine\n')
  t.end()
})
