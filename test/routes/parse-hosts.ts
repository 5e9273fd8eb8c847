import t from 'tap'
import { mistakesOf } from '../../fixtures/routes/parsed-tokens.js'
import { parseHosts } from '../../lib/routes/parse-hosts.js'

for (const [text, hosts] of [
  ['', [{ kind: 'any' }]],
  ['A.Test.', [{ kind: 'exact', name: 'a.test' }]],
  ['*.A.Test.', [{ kind: 'wildcard', suffix: '.a.test' }]],
  ['a.test:1', [{ kind: 'exact', name: 'a.test', listenerPort: 1 }]],
  ['a.test.:65535', [{ kind: 'exact', name: 'a.test', listenerPort: 65_535 }]],
  ['*.a.test:80', [{ kind: 'wildcard', suffix: '.a.test', listenerPort: 80 }]],
  ['[::1]', [{ kind: 'exact', name: '[::1]' }]],
  ['[::A]:80', [{ kind: 'exact', name: '[::a]', listenerPort: 80 }]],
  [':8080', [{ kind: 'any', listenerPort: 8_080 }]],
  [
    '127.0.0.1,b',
    [
      { kind: 'exact', name: '127.0.0.1' },
      { kind: 'exact', name: 'b' },
    ],
  ],
] as const) {
  t.test(`the hosts "${text}" are read`, (t) => {
    const { parsed, mistakes } = mistakesOf(text, (token, line) => parseHosts(text, token, line))
    t.strictSame(parsed, hosts)
    t.strictSame(mistakes, [])
    t.end()
  })
}

for (const [text, mistake] of [
  [',', ['1+0 a host is missing', '2+0 a host is missing']],
  ['a:0', ['1+3 "0" is no port']],
  ['a:1e3,b', ['1+5 "1e3" is no port']],
  ['a:65536', ['1+7 "65536" is no port']],
  ['a,b:', ['3+2 the port is missing']],
  [':80,:81', ['1+3 a host is missing in front of ":80"', '5+3 a host is missing in front of ":81"']],
  ['::', ['1+2 the IPv6 address "::" lacks its brackets']],
  ['1:2:3', ['1+5 "1:2:3" is no host']],
  ['[::1]80', ['1+7 "[::1]80" is no host']],
  ['a,POST', ['3+4 "POST" is a method']],
  ['*:80', ['1+4 "*:80" is no host']],
  ['*', ['1+1 "*" is no host']],
] as const) {
  t.test(`the hosts "${text}" are none`, (t) => {
    const { parsed, mistakes } = mistakesOf(text, (token, line) => parseHosts(text, token, line))
    t.equal(parsed, undefined)
    t.strictSame(mistakes, mistake)
    t.end()
  })
}
