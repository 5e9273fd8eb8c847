import t from 'tap'
import { caseFile, filesThat } from '../../fixtures/routes/routes-cases.js'
import { compileRoutes } from '../../lib/routes/compile.js'

const bytes = Buffer.from([0, 0xff, 0x0a])

for (const [target, status, contentType, content] of [
  ['200 "ok"', 200, 'text/plain; charset=utf-8', 'ok'],
  ['404 "no \\"such\\"\\nroute ü"', 404, 'text/plain; charset=utf-8', 'no "such"\nroute ü'],
  ['599 ""', 599, 'text/plain; charset=utf-8', ''],
  ['200 ok', 200, 'text/plain; charset=utf-8', 'ok'],
  ['200 "@x"', 200, 'text/plain; charset=utf-8', '@x'],
  ['200 "strip"', 200, 'text/plain; charset=utf-8', 'strip'],
  ['200 "a=b"', 200, 'text/plain; charset=utf-8', 'a=b'],
  ['204 ""', 204, 'text/plain; charset=utf-8', ''],
  ['304 ""', 304, 'text/plain; charset=utf-8', ''],
  ['300 "choose"', 300, 'text/plain; charset=utf-8', 'choose'],
  ['200 "${TEXT}"', 200, 'text/plain; charset=utf-8', '@v -> ${id}'],
  ['200 @a/page.html', 200, 'text/html; charset=utf-8', bytes],
  ['503 @"a b.json"', 503, 'application/json', bytes],
  ['200 @${FILE}', 200, 'image/png', bytes],
  ['200 @page', 200, 'text/plain; charset=utf-8', bytes],
] as const) {
  t.test(`${target} is answered as it says`, (t) => {
    const source = { name: caseFile, text: `* -> ${target} name=a` }
    const variables = { TEXT: '@v -> ${id}', FILE: 'x.png' }
    const { table, mistakes } = compileRoutes(
      [source],
      variables,
      filesThat(() => bytes),
    )
    t.same(mistakes, [])
    t.strictSame(table?.routes[0]?.target, {
      ...{ kind: 'answer', status, contentType },
      content: typeof content === 'string' ? Buffer.from(content) : content,
    })
    t.equal(table?.routes[0]?.name, 'a')
    t.end()
  })
}

t.test('an empty file is an answer without content', (t) => {
  const source = { name: caseFile, text: '* -> 204 @x' }
  t.same(
    compileRoutes(
      [source],
      {},
      filesThat(() => Buffer.alloc(0)),
    ).mistakes,
    [],
  )
  t.match(
    compileRoutes(
      [source],
      {},
      filesThat(() => bytes),
    ).mistakes,
    [{ message: 'an answer 204 has no content' }],
  )
  t.end()
})
