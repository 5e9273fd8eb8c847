import t from 'tap'
import { liveReport, refused, reportOf } from '../../fixtures/check-reports.js'
import { jsonReport } from '../../lib/cli/check-format-json.js'
import type { CheckReport } from '../../lib/cli/check-report.js'

function parsed(report: CheckReport): unknown {
  const text = jsonReport(report)
  t.equal(text.indexOf('\n'), text.length - 1, 'one line')
  t.notMatch(text.trimEnd(), /[^\x20-\x7e]/)
  return JSON.parse(text) as unknown
}

t.test('routes that are fine are one object', (t) => {
  t.strictSame(parsed(reportOf('a.test -> :1 name=a\n? GET http://a.test/ => a')), {
    ok: true,
    files: ['routes.txt'],
    routes: 1,
    tests: { passed: 1, failed: 0 },
    mistakes: [],
    live: [],
  })
  t.end()
})

t.test('a mistake has its place, its kind, and what to do', (t) => {
  t.strictSame(parsed(reportOf('a.test -> :1\nset A=1\nb.test -> :1 nam=x')), {
    ok: false,
    files: ['routes.txt'],
    routes: 2,
    tests: { passed: 0, failed: 0 },
    mistakes: [
      {
        severity: 'warning',
        kind: 'unused-variable',
        file: 'routes.txt',
        line: 2,
        column: 5,
        length: 3,
        message: 'nothing uses the variable A',
        help: 'write ${A} where its value belongs, or leave it out',
      },
      {
        severity: 'error',
        kind: 'routes',
        file: 'routes.txt',
        line: 3,
        column: 14,
        length: 5,
        message: 'unknown option "nam"',
        help: 'did you mean "name"?',
      },
    ],
    live: [],
  })
  t.end()
})

t.test('warnings leave it ok, a test that fails does not', (t) => {
  t.match(parsed(reportOf('set A=1\na.test -> :1')), { ok: true, mistakes: [{ severity: 'warning' }] })
  t.match(parsed(reportOf('a.test -> :1\n? GET http://b.test/ => 200')), {
    ok: false,
    tests: { passed: 0, failed: 1 },
    mistakes: [{ kind: 'test' }],
  })
  t.end()
})

t.test('origins that were dialled are told with their times in seconds', (t) => {
  const certificateEnds = new Date('2030-01-02T03:04:05Z')
  const secure = { address: '[::1]:443', nameMs: 12.3456789, tcpMs: 1, tlsMs: 20.5, certificateEnds }
  const text = '# one\na.test -> https://b.test -> :2 name=a\nb.test -> :2'
  const report = parsed(liveReport(text, [secure, refused])) as { ok: boolean; live: unknown }
  t.equal(report.ok, false)
  t.strictSame(report.live, [
    {
      origin: 'https://b.test',
      routes: ['a', 'b.test'],
      file: 'routes.txt',
      line: 2,
      answers: true,
      address: '[::1]:443',
      name_seconds: 0.012346,
      tcp_seconds: 0.001,
      tls_seconds: 0.0205,
      certificate_expires: '2030-01-02T03:04:05.000Z',
      error: null,
    },
    {
      origin: 'localhost:2',
      routes: ['a', 'b.test'],
      file: 'routes.txt',
      line: 2,
      answers: false,
      address: null,
      name_seconds: null,
      tcp_seconds: null,
      tls_seconds: null,
      certificate_expires: null,
      error: {
        code: 'ORIGIN_REFUSED',
        message: 'the origin refused the connection: nothing listens there (ECONNREFUSED)',
        help: 'start the origin, or check its port in the routes file',
      },
    },
  ])
  t.end()
})

t.test(
  'control characters and letters of all kinds are written as escapes, and come back as they were',
  (t) => {
    const { mistakes } = parsed(reportOf('a\x1b\x9b\u2028ü.test -> :1')) as {
      mistakes: { message: string }[]
    }
    t.ok(mistakes[0]?.message.includes('a\x1b\x9b\u2028ü.test'))
    t.end()
  },
)
