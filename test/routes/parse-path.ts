import t from 'tap'
import { mistakesOf } from '../../fixtures/routes/parsed-tokens.js'
import { parsePath } from '../../lib/routes/parse-path.js'

for (const [text, segments, exact] of [
  ['/', [], false],
  ['/$', [''], true],
  ['/a/b/', ['a', 'b'], false],
  ['/a/$', ['a', ''], true],
  ['/%61%2f%3a'.replace('%2f', ''), ['a:'], false],
  ['/*', [{ capture: undefined }], false],
  ['/:a_1/*/x$', [{ capture: 'a_1' }, { capture: undefined }, 'x'], true],
  ['/%2a/%3Aid/:id', ['*', ':id', { capture: 'id' }], false],
  ['/a$b$', ['a$b'], true],
] as const) {
  t.test(`the path ${text} is read`, (t) => {
    const { parsed, mistakes } = mistakesOf(text, (token, line) => parsePath(text, token, line))
    t.strictSame(parsed, { segments, exact })
    t.strictSame(mistakes, [])
    t.end()
  })
}

for (const [text, mistake] of [
  ['/a*/b:c', ['2+2 a wildcard is one whole segment', '5+3 a capture is one whole segment, such as :id']],
  ['/x/:Id', ['4+3 ":Id" is no capture']],
  ['/:', ['2+1 ":" is no capture']],
  ['/:a/:a', ['5+2 ":a" stands here twice']],
  ['/:rest$', ['2+5 the name "rest" has a meaning already']],
  ['/a//b', ['1+5 a path has no empty segments']],
  ['/a%2fb', ['1+6 an encoded slash cannot be matched']],
  ['/%2e', ['1+4 a path has no dot segments']],
] as const) {
  t.test(`the path ${text} is none`, (t) => {
    const { parsed, mistakes } = mistakesOf(text, (token, line) => parsePath(text, token, line))
    t.equal(parsed, undefined)
    t.strictSame(mistakes, mistake)
    t.end()
  })
}
