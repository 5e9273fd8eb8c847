import t from 'tap'
import { authorityOf, parseListenAddress } from '../../lib/gateway/listen-address.js'

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
    t.same(parseListenAddress(text), { hosts, port, text })
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
    t.throws(() => parseListenAddress(text), {
      message: `"${text}" is no address to listen on: write a port such as 8080, or host:port`,
    })
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
