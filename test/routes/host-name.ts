import t from 'tap'
import { isBracketedIPv6, isHostName } from '../../lib/routes/host-name.js'

const name253 = `${'a.'.repeat(126)}a`

for (const [text, isName] of [
  ['a', true],
  ['localhost', true],
  ['a.test', true],
  ['A-1.b--c.Test', true],
  ['my_service', true],
  ['_dns._tcp.a.test', true],
  ['xn--bcher-kva.test', true],
  ['127.0.0.1', true],
  ['0', true],
  [name253, true],
  [`${name253}a`, false],
  ['', false],
  ['.', false],
  ['a.', false],
  ['.a', false],
  ['a..b', false],
  ['-a', false],
  ['a-', false],
  ['a.-b', false],
  ['a-.b', false],
  ['a b', false],
  ['a:1', false],
  ['a/b', false],
  ['a@b', false],
  ['*', false],
  ['ü', false],
  ['a\n', false],
  ['a\0', false],
  ['[::1]', false],
] as const) {
  t.test(`${JSON.stringify(text.slice(0, 30))} is ${isName ? 'a' : 'no'} host name`, (t) => {
    t.equal(isHostName(text), isName)
    t.end()
  })
}

for (const [text, isAddress] of [
  ['[::1]', true],
  ['[::]', true],
  ['[2001:DB8::1]', true],
  ['[::ffff:127.0.0.1]', true],
  ['[0:0:0:0:0:0:0:1]', true],
  ['::1', false],
  ['[::1', false],
  ['[]', false],
  ['[:::1]', false],
  ['[1::2::3]', false],
  ['[127.0.0.1]', false],
  ['[a]', false],
  ['[fe80::1%eth0]', false],
  ['[::1]\n', false],
  ['[::1]:80', false],
] as const) {
  t.test(`${JSON.stringify(text)} is ${isAddress ? 'an' : 'no'} IPv6 address in brackets`, (t) => {
    t.equal(isBracketedIPv6(text), isAddress)
    t.end()
  })
}

t.test('a text of any length is judged without trying it in every way', (t) => {
  for (const text of [
    'a'.repeat(1_000_000),
    'a.'.repeat(500_000),
    '-'.repeat(1_000_000),
    `[${':'.repeat(1_000_000)}]`,
  ]) {
    t.notOk(isHostName(text))
    t.notOk(isBracketedIPv6(text))
  }
  t.end()
})
