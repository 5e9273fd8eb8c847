import t from 'tap'
import { parseRequest } from '../../fixtures/parsed-messages.js'
import type { Fields } from '../../lib/message/fields.js'
import type { TrailerFrame } from '../../lib/message/frame.js'
import { trailerLines } from '../../lib/pipeline/trailer-fields.js'

function trailersOf(lines: string): Fields {
  const head = 'POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n'
  const { parts } = parseRequest(`${head}1\r\na\r\n0\r\n${lines}\r\n`)
  return (parts.at(-1) as TrailerFrame).fields
}

t.test('no trailers are no lines', (t) => {
  t.equal(trailerLines(trailersOf('')), '')
  t.end()
})

t.test('trailers that may be forwarded are kept byte for byte and in order', (t) => {
  const lines =
    'X-Sum: 1\r\nserver-timing:a \r\nX-Sum: Caf\xe9\r\nETag: "a"\r\nAuthentication-Info: x\r\nX-Empty:\r\n'
  t.equal(trailerLines(trailersOf(lines)), lines)
  t.end()
})

for (const name of [
  ...['Host', 'Connection', 'Keep-Alive', 'Proxy-Connection', 'TE', 'Trailer', 'Upgrade', 'HTTP2-Settings'],
  ...[
    'Via',
    'X-Forwarded-For',
    'X-Forwarded-Host',
    'X-Forwarded-Proto',
    'X-Forwarded-Port',
    'X-Forwarded-Prefix',
  ],
  ...['Forwarded', 'X-Real-IP', 'X-Request-Id', 'Proxy', 'Expect', 'Max-Forwards', 'Date'],
  ...[
    'Authorization',
    'Proxy-Authorization',
    'Proxy-Authenticate',
    'WWW-Authenticate',
    'Cookie',
    'Set-Cookie',
  ],
  ...['Content-Encoding', 'Content-Type', 'Content-Range', 'Cache-Control', 'Pragma', 'Range'],
  ...['If-Match', 'If-None-Match', 'If-Modified-Since', 'If-Unmodified-Since', 'If-Range'],
  ...['Age', 'Expires', 'Location', 'Retry-After', 'Vary', 'Warning'],
  ...['X_Forwarded_For', 'Content_Length', 'transfer_encoding'],
]) {
  t.test(`RFC 9110 section 6.5.1: ${name} is not forwarded as a trailer`, (t) => {
    const value = name === 'Connection' ? 'x-other' : '1'
    const sent = `A: 1\r\n${name}: ${value}\r\nB: 1\r\n${name.toLowerCase()}:${value}\r\n`
    t.equal(trailerLines(trailersOf(sent)), 'A: 1\r\nB: 1\r\n')
    t.end()
  })
}

t.test(
  'RFC 9110 section 7.6.1: trailers that the Connection field of the head names are not forwarded',
  (t) => {
    t.equal(trailerLines(trailersOf('X-Hop: 1\r\nX-Hopper: 1\r\nx-hop: 2\r\n'), ['x-hop']), 'X-Hopper: 1\r\n')
    t.end()
  },
)
