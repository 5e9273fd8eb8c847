import t from 'tap'
import { parseAuthority } from '../../lib/message/authority.js'

t.test('before any host was read, an empty one is none', (t) => {
  t.equal(parseAuthority(''), undefined)
  t.end()
})

t.test('RFC 9110 section 7.2: a host, and perhaps a port', (t) => {
  for (const [text, host] of [
    ['a.test', 'a.test'],
    ['A.Test:80', 'a.test'],
    ['a.test.', 'a.test'],
    ['a.test.:8080', 'a.test'],
    ['a.test:', 'a.test'],
    ['a.test:0', 'a.test'],
    ['a.test:65535', 'a.test'],
    ['localhost', 'localhost'],
    [`${'a.'.repeat(126)}a.`, `${'a.'.repeat(126)}a`],
    ['my_app-1.local', 'my_app-1.local'],
    ['127.0.0.1:3000', '127.0.0.1'],
    ['[::1]', '[::1]'],
    ['[2001:DB8::A]:80', '[2001:db8::a]'],
    ['[::ffff:192.0.2.1]', '[::ffff:192.0.2.1]'],
  ] as const) {
    t.strictSame(parseAuthority(text), { text, host })
  }
  t.end()
})

t.test('everything else is none', (t) => {
  for (const text of [
    ...['', '.', ':80', 'a.test:x', 'a.test:65536', 'a.test:000080', 'a.test:-1', 'a.test:80:80'],
    ...[
      'a\tb',
      'a\x01b',
      'a\x7fb',
      'a\x80b',
      'a,b.test',
      'a.test,b.test',
      '/a.test',
      'a.test:80/',
      'a.test:0x50',
    ],
    ...['user@a.test', 'user:pass@a.test', 'a.test, b.test', 'a b', ' a.test', 'a.test ', 'a.test/'],
    ...['a.test?', 'a.test#', 'a.test\\', 'a%2etest', 'caf\xe9.test', 'a\0', 'a\r\n', 'a;b', "a'b"],
    ...['::1', '[::1', '::1]', '[]', '[:]', '[::1]]', '[[::1]]', '[1.2.3.4]', '[a.test]', '[::1::2]'],
    ...[
      '..',
      '.a.test',
      'a..test',
      'a.test..',
      `${'a.'.repeat(127)}a`,
      'a'.repeat(254),
      `${'a'.repeat(254)}.`,
    ],
    ...['[::1]x', '[::1]:x', '[fe80::1%eth0]', '[fe80::1%25eth0]', '[v1.a:b]', '[::g]'],
  ]) {
    t.equal(parseAuthority(text), undefined, JSON.stringify(text))
  }
  t.end()
})

t.test('a repeated host is the same object, and a refused one does not take its place', (t) => {
  const first = parseAuthority('b.test:1')
  t.equal(parseAuthority('b.test:1'), first)
  t.equal(parseAuthority('b.test:1:1'), undefined)
  t.equal(parseAuthority(''), undefined)
  t.equal(parseAuthority('b.test:1'), first)
  t.strictSame(parseAuthority('B.test:1'), { text: 'B.test:1', host: 'b.test' })
  t.end()
})
