import t from 'tap'
import { defaultPorts, parseAskedUrl } from '../../lib/cli/explain-url.js'
import { limitsWith } from '../../lib/core/limits.js'
import { readRequestHead } from '../../lib/parse/request-head-reader.js'

for (const [text, scheme, authority, port, target] of [
  ['http://a.test', 'http', 'a.test', undefined, '/'],
  ['HTTP://A.test/', 'http', 'A.test', undefined, '/'],
  ['https://a.test/x', 'https', 'a.test', undefined, '/x'],
  ['a.test/x', 'http', 'a.test', undefined, '/x'],
  ['a.test:5173/x', 'http', 'a.test:5173', 5173, '/x'],
  ['localhost', 'http', 'localhost', undefined, '/'],
  ['localhost:8080', 'http', 'localhost:8080', 8080, '/'],
  ['http://a.test:80/', 'http', 'a.test', 80, '/'],
  ['https://a.test:443/', 'https', 'a.test', 443, '/'],
  ['https://a.test:80/', 'https', 'a.test:80', 80, '/'],
  ['http://a.test:', 'http', 'a.test', undefined, '/'],
  ['http://a.test.:81', 'http', 'a.test.:81', 81, '/'],
  ['http://[::1]/x', 'http', '[::1]', undefined, '/x'],
  ['[::1]:81/x', 'http', '[::1]:81', 81, '/x'],
  ['http://127.0.0.1:65535', 'http', '127.0.0.1:65535', 65_535, '/'],
  ['http://a_b.test/', 'http', 'a_b.test', undefined, '/'],
  // Path and query stay as they were written.
  ['http://a.test/a/../b/./c', 'http', 'a.test', undefined, '/a/../b/./c'],
  ['http://a.test/%2e%2E/%7ex', 'http', 'a.test', undefined, '/%2e%2E/%7ex'],
  ['http://a.test//x\\y;z=1', 'http', 'a.test', undefined, '//x\\y;z=1'],
  ['http://a.test/X?Y=%zz&a=b?c', 'http', 'a.test', undefined, '/X?Y=%zz&a=b?c'],
  ['http://a.test?q', 'http', 'a.test', undefined, '/?q'],
  ['http://a.test/?', 'http', 'a.test', undefined, '/?'],
  ['http://a.test/http://b.test/@c:d', 'http', 'a.test', undefined, '/http://b.test/@c:d'],
  ['http://a.test/ü x', 'http', 'a.test', undefined, '/ü x'],
] as const) {
  t.test(`${text} asks ${authority} for ${target}`, (t) => {
    t.strictSame(parseAskedUrl(text), { scheme, authority, port, target, notes: [] })
    t.end()
  })
}

t.test('a fragment is not sent, and that is said', (t) => {
  const { target, notes } = parseAskedUrl('http://a.test/x?y#z?#')
  t.equal(target, '/x?y')
  t.strictSame(notes, ['what begins with # stays with the client'])
  t.strictSame(parseAskedUrl('a.test#').notes.length, 1)
  t.end()
})

for (const [text, message] of [
  ['', 'the host is missing: write http://host/path'],
  ['/api', 'the host is missing: write http://host/path'],
  ['?x', 'the host is missing: write http://host/path'],
  ['http://', 'the host is missing: write http://host/path'],
  ['http:///x', 'the host is missing: write http://host/path'],
  ['http:/a.test', 'the host is missing: write http://host/path'],
  ['https:', 'the host is missing: write http://host/path'],
  [':8080', '"" is no host: write http://host/path, an IPv6 address as http://[::1]/path'],
  ['ftp://a.test', 'requests are not asked for with "ftp://": write http://host/path'],
  ['ws://a.test', 'requests are not asked for with "ws://": write http://host/path'],
  ['WSS://a.test', 'requests are not asked for with "WSS://": write https://host/path'],
  [
    'http://me:secret@a.test/',
    "a URL takes no user name and no password: send them with -H 'Authorization: …'",
  ],
  ['http://bücher.test/', '"bücher.test" is not sent like that: clients ask for it as xn--bcher-kva.test'],
  ['http://xn--ü/', '"xn--ü" is not sent like that: a host has ASCII characters only'],
  ['http://a b/', '"a b" is no host: write http://host/path, an IPv6 address as http://[::1]/path'],
  ['http://*.a.test/', '"*.a.test" is no host: write http://host/path, an IPv6 address as http://[::1]/path'],
  [
    'http://a.test\\x/',
    '"a.test\\x" is no host: write http://host/path, an IPv6 address as http://[::1]/path',
  ],
  ['::1', '":" is no host: write http://host/path, an IPv6 address as http://[::1]/path'],
  ['http://[::x]/', '"[::x]" is no host: write http://host/path, an IPv6 address as http://[::1]/path'],
  ['http://a.test:0/', '0 is no port: ports go from 1 to 65535'],
  ['http://a.test:65536/', '65536 is no port: ports go from 1 to 65535'],
  ['http://a.test/\r\nX: y', 'a URL has no control characters: write %0A for a line end'],
  ['http://a.test/\u0085', 'a URL has no control characters: write %0A for a line end'],
] as const) {
  t.test(`${JSON.stringify(text)} is refused in one sentence`, (t) => {
    t.throws(() => parseAskedUrl(text), { message })
    t.end()
  })
}

t.test('every authority is a Host that the gateway takes', (t) => {
  for (const text of ['a.test', 'A.TEST.:81', '[::1]:81', 'a_b-c~d', '1.2.3.4:80']) {
    const { authority } = parseAskedUrl(`http://${text}/`)
    const bytes = Buffer.from(`GET / HTTP/1.1\r\nHost: ${authority}\r\n\r\n`)
    t.equal(readRequestHead(bytes, limitsWith(), 80).authority, authority)
  }
  t.strictSame(defaultPorts, { http: 80, https: 443 })
  t.end()
})
