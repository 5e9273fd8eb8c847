import t from 'tap'
import { liveOrigins, refused } from '../../fixtures/check-reports.js'
import { dialFailure, liveMistakes } from '../../lib/cli/live-check-words.js'
import { GatewayError } from '../../lib/core/errors.js'

t.test('an origin that does not answer is told at its route, with cause and remedy', (t) => {
  t.strictSame(liveMistakes(liveOrigins('# one\na.test -> :1 -> :2', [{}, refused])), [
    {
      severity: 'error',
      place: { file: 'routes.txt', line: 2, column: 1, length: 6 },
      lineText: 'a.test -> :1 -> :2',
      message:
        'localhost:2 does not answer: the origin refused the connection: nothing listens there (ECONNREFUSED)',
      help: 'start the origin, or check its port in the routes file',
    },
  ])
  t.end()
})

t.test('a failure that has no cause to tell is told by itself', (t) => {
  t.match(dialFailure(new GatewayError('ORIGIN_CONNECT_TIMEOUT'), 'localhost:1'), {
    message: 'the origin did not accept the connection in time',
    help: /connect= of the route/,
  })
  t.end()
})

t.test('a cause that knows better what to do has its say', (t) => {
  const expired = new GatewayError('ORIGIN_TLS', { detail: 'CERT_HAS_EXPIRED' })
  t.match(dialFailure(expired, 'https://a.test'), {
    message: 'the TLS handshake with the origin failed: its certificate has expired (CERT_HAS_EXPIRED)',
    help: /^renew the certificate/,
  })
  const socket = new GatewayError('ORIGIN_REFUSED', { detail: 'ECONNREFUSED' })
  t.match(dialFailure(socket, 'unix:/run/x').message, /nothing listens on the socket/)
  t.end()
})

const now = Date.parse('2030-01-01T12:00:00Z')
const expiringIn = (days: number, option = ''): readonly unknown[] => {
  const certificateEnds = new Date(now + days * 86_400_000)
  return liveMistakes(liveOrigins(`a.test -> https://b.test ${option}`, [{ certificateEnds }]), now)
}

for (const [days, told] of [
  [13.99, 'in 13 days, on 2030-01-15'],
  [1.5, 'in 1 day, on 2030-01-03'],
  [0.9, 'within a day, on 2030-01-02'],
] as const) {
  t.test(`a certificate that is good for ${days} days is a warning`, (t) => {
    t.match(expiringIn(days), [
      {
        severity: 'warning',
        message: `the certificate of https://b.test expires ${told}`,
        place: { line: 1 },
      },
    ])
    t.end()
  })
}

t.test('a certificate that is good for 14 days is none, nor one that nobody looks at', (t) => {
  t.strictSame(expiringIn(14), [])
  t.strictSame(expiringIn(1, 'tls=insecure'), [])
  t.strictSame(liveMistakes(liveOrigins('a.test -> :1', [{}]), now), [])
  t.end()
})
