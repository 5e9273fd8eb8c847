import t from 'tap'
import { mistakesOf } from '../../fixtures/routes/parsed-tokens.js'
import { parseWhere } from '../../lib/routes/parse-where.js'

const everyPath = { segments: [], exact: false }

for (const [text, hosts, path] of [
  ['*', [{ kind: 'any' }], everyPath],
  ['/', [{ kind: 'any' }], everyPath],
  ['/x', [{ kind: 'any' }], { segments: ['x'], exact: false }],
  [':80', [{ kind: 'any', listenerPort: 80 }], everyPath],
  [':80/x$', [{ kind: 'any', listenerPort: 80 }], { segments: ['x'], exact: true }],
  ['a.test', [{ kind: 'exact', name: 'a.test' }], everyPath],
  [
    'a.test:80/:id',
    [{ kind: 'exact', name: 'a.test', listenerPort: 80 }],
    { segments: [{ capture: 'id' }], exact: false },
  ],
] as const) {
  t.test(`${text} is hosts and path`, (t) => {
    t.strictSame(mistakesOf(text, parseWhere), { parsed: { hosts, path }, mistakes: [] })
    t.end()
  })
}

for (const [text, mistakes] of [
  ['', ['1+0 the match is empty']],
  ['https://a.test', ['1+8 a match takes no scheme']],
  ['a..b:x/y//z', ['1+6 "a..b" is no host', '7+5 a path has no empty segments']],
  ['a.test/b/:C', ['10+2 ":C" is no capture']],
] as const) {
  t.test(`"${text}" is not`, (t) => {
    t.strictSame(mistakesOf(text, parseWhere), { parsed: undefined, mistakes })
    t.end()
  })
}
