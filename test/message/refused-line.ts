import t from 'tap'
import { refusedLine } from '../../lib/message/refused-line.js'

const long = `/${'a'.repeat(2_000)}`

for (const [text, method, path] of [
  ['GET /a/b?secret HTTP/1.1\r\nbad line\r\n', 'GET', '/a/b'],
  ['\r\nHEAD / HTTP/1.1\r\n', 'HEAD', '/'],
  ['\nHEAD / HTTP/1.1\r\n', 'HEAD', '/'],
  ['M-SEARCH * HTTP/1.1\r\n', 'M-SEARCH', ''],
  ['HEAD ', 'HEAD', ''],
  ['HEAD', '', ''],
  ['GET http://a.test/x HTTP/1.1\r\n', 'GET', ''],
  ['GET /a\x1b[31m HTTP/1.1\r\n', 'GET', '/a'],
  ['GET /caf\xe9 HTTP/1.1\r\n', 'GET', '/caf'],
  [`GET ${long} HTTP/1.1\r\n`, 'GET', long.slice(0, 1_024)],
  ['BREW /pot HTTP/1.1\r\n', '', ''],
  ['get / HTTP/1.1\r\n', '', ''],
  ['GET  /two', 'GET', ''],
  ['nonsense', '', ''],
  ['', '', ''],
] as const) {
  t.test(`of ${JSON.stringify(text.slice(0, 40))} is told: "${method}" "${path.slice(0, 40)}"`, (t) => {
    t.strictSame(refusedLine(text), { method, path })
    t.end()
  })
}
