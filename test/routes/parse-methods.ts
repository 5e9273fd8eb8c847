import t from 'tap'
import { mistakesOf } from '../../fixtures/routes/parsed-tokens.js'
import { looksLikeMethods, parseMethods } from '../../lib/routes/parse-methods.js'

for (const [text, alone, followed] of [
  ['GET', true, true],
  ['GET,POST', true, true],
  ['M-SEARCH', true, true],
  ['CONNECT', true, true],
  ['GET,PSOT', true, true],
  ['GET,', true, true],
  ['PSOT', false, true],
  ['get', false, true],
  ['Get,x', false, true],
  ['localhost', false, false],
  ['get.test', false, false],
  ['GET,a.test', false, false],
  ['GET:80', false, false],
  ['GET/x', false, false],
  ['*', false, false],
  ['', false, false],
] as const) {
  t.test(
    `"${text}" looks like methods ${alone ? 'always' : followed ? 'in front of a host' : 'never'}`,
    (t) => {
      t.equal(looksLikeMethods(text, false), alone)
      t.equal(looksLikeMethods(text, true), followed)
      t.end()
    },
  )
}

for (const [text, methods, mistakes] of [
  ['GET', ['GET'], []],
  ['PUT,GET,M-SEARCH,TRACE', ['PUT', 'GET', 'M-SEARCH', 'TRACE'], []],
  ['GET,GET', undefined, ['5+3 GET stands here twice']],
  ['GET,,PUT', undefined, ['5+0 a method is missing']],
  ['GET,put', undefined, ['5+3 "put" is no method']],
  ['connect,X', undefined, ['1+7 CONNECT is not served', '9+1 "X" is no method']],
] as const) {
  t.test(`the methods ${text} have ${mistakes.length} mistakes`, (t) => {
    t.strictSame(mistakesOf(text, parseMethods), { parsed: methods, mistakes })
    t.end()
  })
}
