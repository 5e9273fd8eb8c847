import { join } from 'node:path'
import t from 'tap'
import { explainedRequests } from '../../lib/cli/completion-requests.js'

/** What is offered for the lines of `routes`. */
function requests(...route: string[]): readonly string[] {
  return explainedRequests({ route }, {})
}

t.test('names of routes come first, then the URLs that lead to them', (t) => {
  t.strictSame(requests('a.test/api -> :1 name=api', 'GET a.test/x$ header:A=1 -> :2'), [
    'api',
    'GET a.test/x$ header:A=1',
    'http://a.test/api',
    'http://a.test/x',
  ])
  t.end()
})

for (const [match, urls] of [
  ['a.test', ['http://a.test/']],
  ['A.test.', ['http://a.test/']],
  ['a.test,b.test:81/x/', ['http://a.test/x', 'http://b.test:81/x']],
  ['a.test/x/$', ['http://a.test/x/']],
  ['*.a.test/:id/*/y', ['http://x.a.test/id/x/y']],
  ['[::1]/x', ['http://[::1]/x']],
  ['*', ['http://localhost/']],
  [':81/x', ['http://localhost:81/x']],
] as const) {
  t.test(`URLs that lead to ${match}`, (t) => {
    const found = requests(`${match} -> :1 name=n`)
    t.strictSame(found, ['n', ...urls])
    t.end()
  })
}

t.test('each is offered once, and routes of the file beside those of the line', (t) => {
  const file = join(t.testdir({ r: 'a.test -> :1 name=a\nPOST a.test -> :1 name=b' }), 'r')
  t.strictSame(explainedRequests({ routes: [file], route: ['c.test -> :${PORT} name=c'] }, { PORT: '3' }), [
    ...['a', 'b', 'c'],
    ...['http://a.test/', 'http://c.test/'],
  ])
  t.end()
})

t.test('mistakes are none of its business, and what is right beside them is offered', (t) => {
  t.strictSame(requests('a.test -> :1 name=a', 'b.test ->', '"'), ['a', 'http://a.test/'])
  t.strictSame(explainedRequests({ routes: ['/none'] }, {}), [])
  t.end()
})

t.test(
  'names with control characters or hidden ones, and names that would be options, are not offered',
  (t) => {
    const odd = ['\u{202e}', '\u{200b}', '\u{2028}', '\u{e000}', '\u{feff}']
    for (const one of odd) t.strictSame(requests(`a.test header:A=${one} -> :1`), ['http://a.test/'])
    // Should the routes take them one day, they are not offered.
    for (const one of ['\\n', '\x1b[2J'])
      t.notMatch(requests(`a.test "header:A=${one}" -> :1`).join(), 'header')
    t.strictSame(requests('a.test -> :1 name=--json'), ['http://a.test/'])
    t.strictSame(requests('a.test header:A=\u{e4} -> :1'), ['a.test header:A=\u{e4}', 'http://a.test/'])
    t.end()
  },
)
