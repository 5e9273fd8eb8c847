import t from 'tap'
import { authorityOf, parseListenAddress, parsePortAddress } from '../../lib/gateway/listen-address.js'

const loopbacks = ['127.0.0.1', '::1']

for (const [text, hosts, port] of [
  ['8080', loopbacks, 8080],
  ['0', loopbacks, 0],
  ['65535', loopbacks, 65_535],
  ['127.0.0.1:80', ['127.0.0.1'], 80],
  ['0.0.0.0:8080', ['0.0.0.0'], 8080],
  ['[::1]:8080', ['::1'], 8080],
  ['[::]:0', ['::'], 0],
  ['[::ffff:127.0.0.1]:1', ['::ffff:127.0.0.1'], 1],
  ['*:8080', ['::'], 8080],
  ['my-host_1.example:8080', ['my-host_1.example'], 8080],
] as const) {
  t.test(`"${text}" names port ${port} of ${hosts.join(' and ')}`, (t) => {
    for (const parse of [parseListenAddress, parsePortAddress]) t.same(parse(text), { hosts, port, text })
    t.end()
  })
}

for (const text of [
  '',
  ' 8080',
  '8080\n',
  '-1',
  '65536',
  '99999',
  '123456',
  '1e3',
  ':8080',
  'host',
  'host:',
  '::1:8080',
  '[::1]',
  '[host]:80',
  '[::1]8080',
  'a b:80',
  'http://localhost:80',
  'host:80/path',
]) {
  t.test(`${JSON.stringify(text)} is no address, and the error says what one is`, (t) => {
    const sentence = `"${text}" is no address to listen on: write a port such as 8080,`
    t.throws(() => parseListenAddress(text), { message: `${sentence} host:port, or unix:PATH` })
    t.throws(() => parsePortAddress(text), { message: `${sentence} or host:port` })
    t.end()
  })
}

for (const [text, path, mode] of [
  ['unix:/run/a.sock', '/run/a.sock', undefined],
  ['unix:a', 'a', undefined],
  ['unix:./a b', './a b', undefined],
  ['unix:/run/a.sock,mode=600', '/run/a.sock', 0o600],
  ['unix:/run/a.sock,mode=0660', '/run/a.sock', 0o660],
  ['unix:/run/a.sock,mode=000', '/run/a.sock', 0],
  [`unix:/${'a'.repeat(106)}`, `/${'a'.repeat(106)}`, undefined],
  [`unix:/${'\u{e9}'.repeat(53)}`, `/${'\u{e9}'.repeat(53)}`, undefined],
] as const) {
  t.test(`"${text}" names a unix socket`, (t) => {
    t.same(parseListenAddress(text), { path, mode, text })
    t.throws(() => parsePortAddress(text), { message: /is no address to listen on/ })
    t.end()
  })
}

for (const [text, sentence] of [
  ['unix:', /names no file: write unix:PATH, such as /],
  ['unix:,mode=600', /names no file/],
  ['unix:/run/', /names no file/],
  [`unix:/${'a'.repeat(107)}`, /^"\/a+" is too long for a unix socket: it takes 107 bytes or less$/],
  [`unix:/${'\u{e9}'.repeat(54)}`, /is too long for a unix socket/],
  ...[
    'mode=',
    'mode=60',
    'mode=999',
    'mode=6000',
    'mode=1600',
    'mode=u+rw',
    'mod=600',
    'mode=600,mode=600',
    '',
  ].map(
    (more) =>
      [`unix:/a,${more}`, /^".*" cannot stand behind a path: write mode= and three octal digits/] as const,
  ),
] as const) {
  t.test(`"${text}" is no unix socket to listen on, and the error says why`, (t) => {
    t.throws(() => parseListenAddress(text), { message: sentence })
    t.end()
  })
}

for (const [address, authority] of [
  ['127.0.0.1', '127.0.0.1:80'],
  ['::1', '[::1]:80'],
  ['localhost', 'localhost:80'],
] as const) {
  t.test(`${address} and its port stand in a URL as ${authority}`, (t) => {
    t.equal(authorityOf(address, 80), authority)
    t.end()
  })
}
