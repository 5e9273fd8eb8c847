import t from 'tap'
import { askedRequest, type AskedRequest } from '../../lib/cli/explain-request.js'
import { parseAskedUrl } from '../../lib/cli/explain-url.js'
import { GivenOptions, type ParsedOptions } from '../../lib/cli/given-options.js'
import { explainOptions } from '../../lib/cli/option-table.js'
import { parseListenAddress } from '../../lib/gateway/listen-address.js'

function asked(url: string, parsed: ParsedOptions = {}, listen: readonly string[] = []): AskedRequest {
  const given = new GivenOptions(explainOptions, parsed, {})
  return askedRequest(parseAskedUrl(url), given, listen.map(parseListenAddress))
}

for (const [url, parsed, lines] of [
  ['http://A.test/x?y', {}, ['GET /x?y HTTP/1.1', 'Host: A.test']],
  ['a.test:81', { method: 'POST' }, ['POST / HTTP/1.1', 'Host: a.test:81']],
  [
    'a.test',
    { header: ['X-A: 1', 'X-a:2', 'Y:', 'Z: a\tb'] },
    ['GET / HTTP/1.1', 'Host: a.test', 'X-A: 1', 'X-a:2', 'Y:', 'Z: a\tb'],
  ],
  ['a.test', { header: ['A: 1', 'hoSt: b.test'] }, ['GET / HTTP/1.1', 'A: 1', 'hoSt: b.test']],
  ['a.test', { header: 'Host : b.test' }, ['GET / HTTP/1.1', 'Host : b.test']],
  ['a.test/ü', { method: 'get', header: 'X: é' }, ['get /ü HTTP/1.1', 'Host: a.test', 'X: é']],
] as const) {
  t.test(`${url} with ${JSON.stringify(parsed)} is sent as ${lines.join(' | ')}`, (t) => {
    const { bytes, method, fields } = asked(url, parsed)
    t.equal(bytes.toString(), [...lines, '', ''].join('\r\n'))
    t.equal(method, lines[0].split(' ')[0])
    t.strictSame(fields, 'header' in parsed ? [parsed.header].flat() : [])
    t.end()
  })
}

for (const [parsed, message] of [
  [{ method: 'GE T' }, 'railscale: --method: "GE T" is no method: write one such as POST'],
  [{ method: 'G\nT' }, 'railscale: --method: "G\u{fffd}T" is no method: write one such as POST'],
  [{ header: ['A: 1', 'B'] }, 'railscale: --header: "B" is no field: write \'Name: value\''],
  [{ header: 'A: 1\r\nB: 2' }, 'railscale: --header: a field has no control characters: leave them out'],
  [{ header: 'A: \0' }, 'railscale: --header: a field has no control characters: leave them out'],
  [{ header: 'A: \u009b' }, 'railscale: --header: a field has no control characters: leave them out'],
] as const) {
  t.test(`${JSON.stringify(parsed)} is refused with exit code 2`, (t) => {
    t.throws(() => asked('a.test', parsed), { exitCode: 2, message })
    t.end()
  })
}

for (const [url, listen, port, notes] of [
  ['a.test', [], 80, []],
  ['https://a.test', [], 443, []],
  ['https://a.test:8443', [], 8443, []],
  ['a.test', ['8081', '8082'], 8081, []],
  ['https://a.test', ['unix:/run/x', '8082'], 8082, []],
  ['a.test:8082', ['8081', '8082'], 8082, []],
  ['a.test:8083', ['8081', '8082'], 8083, ['nothing listens on port 8083, going by --listen']],
  ['a.test:8083', ['unix:/run/x'], 8083, ['nothing listens on port 8083, going by --listen']],
  ['a.test:8083', ['127.0.0.1:0'], 8083, []],
  ['a.test', ['127.0.0.1:0'], 80, []],
  ['a.test', ['unix:/run/x'], 0, []],
  ['a.test#x', [], 80, ['what begins with # stays with the client']],
] as const) {
  t.test(`${url} comes in on port ${port} where --listen is ${listen.join(', ') || 'not given'}`, (t) => {
    const { listenerPort, notes: said } = asked(url, {}, listen)
    t.equal(listenerPort, port)
    t.strictSame(said, notes)
    t.end()
  })
}

t.test('the URL is told as it was asked for', (t) => {
  t.equal(asked('A.test:80/a/../b#c').url, 'http://A.test/a/../b')
  t.equal(asked('https://a.test').url, 'https://a.test/')
  t.end()
})
