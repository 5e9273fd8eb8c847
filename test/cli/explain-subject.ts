import t from 'tap'
import { tableOf } from '../../fixtures/routes/routes-cases.js'
import { explainSubject } from '../../lib/cli/explain-subject.js'

const table = tableOf(`a.test          -> :1  name=web
a.test/api      -> :2
/health         -> 200 "ok"
*.b.test        -> :3
POST c.test/x   -> :4
a.test/up       -> :5  name=localhost`)

for (const [word, names, authority] of [
  ['web', ['web'], undefined],
  ['localhost', ['localhost'], undefined],
  ['/health', ['/health'], undefined],
  ['*.b.test', ['*.b.test'], undefined],
  ['POST c.test/x', ['POST c.test/x'], undefined],
  ['a.test/api', ['a.test/api'], 'a.test'],
  ['http://web/', [], 'web'],
  ['b.test', [], 'b.test'],
  ['other', [], 'other'],
] as const) {
  t.test(`${word} is ${authority === undefined ? 'the name of a route' : 'a URL'}`, (t) => {
    const { routes, url } = explainSubject(word, table)
    t.strictSame(
      routes.map(({ name }) => name),
      names,
    )
    t.equal(url?.authority, authority)
    t.end()
  })
}

for (const [word, notes] of [
  ['a.test/api', ['a route is called so, too: to explain that, give it a name=']],
  ['wbe', []],
  ['we', ['no route has this name; did you mean "web"?']],
  ['webb#x', ['what begins with # stays with the client', 'no route has this name; did you mean "web"?']],
  ['web.', []],
  ['other', []],
] as const) {
  t.test(`${word} is taken as a URL, with ${notes.length} notes`, (t) => {
    t.strictSame(explainSubject(word, table).url?.notes, notes)
    t.end()
  })
}

for (const [word, message] of [
  ['/healt', 'the host is missing: write http://host/path; did you mean "/health"?'],
  ['/other', 'the host is missing: write http://host/path'],
  ['ftp://web', 'requests are not asked for with "ftp://": write http://host/path'],
] as const) {
  t.test(`${word} is neither, and that is told in a sentence`, (t) => {
    t.throws(() => explainSubject(word, table), { message })
    t.end()
  })
}

t.test('names are compared within bounds', (t) => {
  const name = (i: number) => (i < 10_000 ? `n${i}x` : `zebra${i}`)
  const many = tableOf(
    Array.from({ length: 12_000 }, (_, i) => `h${i}.test -> :1 name=${name(i)}`).join('\n'),
  )
  t.strictSame(explainSubject('n99y', many).url?.notes, ['no route has this name; did you mean "n99x"?'])
  t.strictSame(explainSubject('zebra11999x', many).url?.notes, [])
  t.equal(explainSubject('zebra11999', many).routes.length, 1)
  t.end()
})
