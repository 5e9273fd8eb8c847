import t from 'tap'
import { tableOf } from '../../fixtures/routes/routes-cases.js'
import { SeededRandom } from '../../fixtures/routes/seeded-random.js'
import { forwardedPath } from '../../lib/routes/forwarded-path.js'
import { returnedLocation, type AskedOrigin } from '../../lib/routes/returned-location.js'
import { originsOf, type Origin, type Route } from '../../lib/routes/route.js'

/** What `* or /match options -> origin` makes of values, for a request of `path`. */
interface Returned {
  readonly about: string
  readonly route: string
  readonly path: string
  /** host[:port] that went upstream. */
  readonly host?: string
  /** Each value, and what the client is told; the same where it is left alone. */
  readonly values: Readonly<Record<string, string>>
}

function asked(text: string, path: string, host: string): AskedOrigin {
  const route = tableOf(text).routes[0] as Route
  return { route, origin: originsOf(route)[0] as Origin, path, host }
}

const cases: readonly Returned[] = [
  {
    about: 'a path stays where nothing is said',
    route: '/api -> :1',
    path: '/api/x',
    values: {
      '/login?a=b#c': '/login?a=b#c',
      '/': '/',
      '//x.test/y': '//x.test/y',
      '/\\x.test': '/\\x.test',
    },
  },
  {
    about: "the origin's own URL becomes a path, with or without its default port, in any case",
    route: '* -> http://Origin.Test',
    path: '/x',
    values: {
      'http://origin.test/login?a#b': '/login?a#b',
      'HTTP://ORIGIN.test:80/x': '/x',
      'http://origin.test:/x': '/x',
      'http://origin.test': '/',
      'http://origin.test?a=/b': '/?a=/b',
      'http://origin.test#a': '/#a',
    },
  },
  {
    about: 'what is not its own stays',
    route: '* -> http://origin.test',
    path: '/x',
    values: {
      'https://origin.test/x': 'https://origin.test/x',
      'http://origin.test:81/x': 'http://origin.test:81/x',
      'http://other.test/x': 'http://other.test/x',
      'http://a@origin.test/x': 'http://a@origin.test/x',
      'http://origin.test.evil/x': 'http://origin.test.evil/x',
      '//origin.test/x': '//origin.test/x',
      'http:/x': 'http:/x',
      'ftp://origin.test/': 'ftp://origin.test/',
      'x/y': 'x/y',
      '../x': '../x',
      '?a': '?a',
      '#a': '#a',
      '': '',
    },
  },
  {
    about: 'an https origin is known by its own scheme and port',
    route: '* -> https://origin.test',
    path: '/x',
    values: {
      'https://origin.test:443/x': '/x',
      'https://origin.test/x': '/x',
      'http://origin.test/x': 'http://origin.test/x',
      'https://origin.test:80/x': 'https://origin.test:80/x',
    },
  },
  {
    about: 'the Host that went upstream is its own, too, and right as it is where the client asks under it',
    route: '* -> :3000',
    path: '/x',
    host: 'App.test:8080',
    values: {
      'http://app.test:8080/x': 'http://app.test:8080/x',
      'http://localhost:3000/x': '/x',
      'http://127.0.0.1:3000/x': '/x',
      'http://[::1]:3000/x': '/x',
      'http://127.0.0.1:3001/x': 'http://127.0.0.1:3001/x',
      'https://app.test:8080/x': 'https://app.test:8080/x',
      'http://app.test/x': 'http://app.test/x',
    },
  },
  {
    about: 'a Host that the route made is turned back, and one that paths are cut for',
    route: '/api -> :3000 host=app.test strip',
    path: '/api/x',
    host: 'app.test',
    values: { 'http://app.test/y': '/api/y', 'http://app.test/api/y': '/api/y' },
  },
  {
    about: 'what a browser reads as two slashes leads to no other host, whatever stands between them',
    route: '/ prefix=/base -> :3000',
    path: '/x',
    values: {
      '/base/\t/evil.test/x': '/evil.test/x',
      '/base/\t\\evil.test': '/evil.test',
      'http://localhost:3000/base//evil.test': '/evil.test',
      '/\t/evil.test': '/\t/evil.test',
    },
  },
  {
    about: 'strip is turned back, unless the value has the prefix already',
    route: '/api strip -> http://origin.test',
    path: '/api/x',
    values: {
      '/login?a=/b#/c': '/api/login?a=/b#/c',
      '/': '/api/',
      '/apix': '/api/apix',
      '/api': '/api',
      '/api/': '/api/',
      '/api/login': '/api/login',
      '/api?x': '/api?x',
      '/%61pi/login': '/%61pi/login',
      'http://origin.test/login': '/api/login',
      'http://origin.test/api/login': '/api/login',
      'http://origin.test': '/api/',
      login: 'login',
      '//x.test/y': '//x.test/y',
    },
  },
  {
    about: 'the prefix comes back as the client sent it',
    route: '/api prefix=/ -> :1',
    path: '/%61pi/x',
    values: { '/login': '/%61pi/login', '/api/login': '/api/login' },
  },
  {
    about: 'wildcards in the prefix come back as they were',
    route: '/t/:id/u strip -> :1',
    path: '/t/7/u/x',
    values: { '/login': '/t/7/u/login', '/t/7/u': '/t/7/u', '/t/8/u': '/t/7/u/t/8/u' },
  },
  {
    about: 'an exact path that ends in a slash brings no second one',
    route: '/dir/$ strip -> :1',
    path: '/dir/',
    values: { '/login': '/dir/login', '/dir/x': '/dir/x' },
  },
  {
    about: 'strip without a path changes no path',
    route: '* prefix=/ -> http://origin.test',
    path: '/x',
    values: { '/login': '/login', 'http://origin.test/login': '/login' },
  },
  {
    about: 'a new prefix is taken away, and what is not below it stays',
    route: '/v1 prefix=/sandbox/v1/ -> http://origin.test',
    path: '/v1/x',
    values: {
      '/sandbox/v1/login?a': '/v1/login?a',
      '/sandbox/v1': '/v1',
      '/sandbox/v1/': '/v1/',
      '/sandbox/%761/x%2fy': '/v1/x%2fy',
      '/sandbox/v12': '/sandbox/v12',
      '/other': '/other',
      '/v1/login': '/v1/login',
      'http://origin.test/sandbox/v1/login': '/v1/login',
      'http://origin.test/other?a': '/other?a',
    },
  },
  {
    about: 'a new prefix that begins like the old one is taken away',
    route: '/sandbox prefix=/sandbox/v1 -> :1',
    path: '/sandbox/x',
    values: { '/sandbox/v1/login': '/sandbox/login', '/sandbox/login': '/sandbox/login' },
  },
  {
    about: 'an old prefix that begins like the new one is there already',
    route: '/api/v2 prefix=/api -> :1',
    path: '/api/v2/x',
    values: { '/api/login': '/api/v2/login', '/api/v2/login': '/api/v2/login' },
  },
  {
    about: 'a prefix in front of every path is taken away',
    route: '* prefix=/base -> :1',
    path: '/x',
    values: { '/base/login': '/login', '/base': '/', '/base?a': '/?a', '/login': '/login', '/base//x': '/x' },
  },
  {
    about: 'path= is not turned back, but the own URL is a path',
    route: '/x path=/y -> http://origin.test',
    path: '/x',
    values: { '/y/z': '/y/z', 'http://origin.test/y': '/y' },
  },
  {
    about: 'the asterisk-form has no prefix',
    route: '* prefix=/ -> http://origin.test',
    path: '*',
    values: { '/x': '/x', 'http://origin.test/x': '/x' },
  },
  {
    about: 'no value leads to another host',
    route: '* prefix=/p -> http://origin.test',
    path: '/x',
    values: {
      'http://origin.test//evil.test': '/evil.test',
      'http://origin.test/\\evil.test': '/evil.test',
      'http://origin.test\\evil.test': '/evil.test',
      '/p//evil.test': '/evil.test',
      '/p/\\evil.test': '/evil.test',
    },
  },
]

t.test('a value of a route that turns nothing back is left alone, tabs and all', (t) => {
  for (const value of ['/\thttp://c.test/d', '/\ta', '/a', '/']) {
    t.equal(returnedLocation(value, asked('/ -> :1', '/x', 'client.test')), undefined, value)
  }
  t.end()
})

for (const { about, route, path, host = 'client.test', values } of cases) {
  t.test(about, (t) => {
    const context = asked(route, path, host)
    for (const [value, returned] of Object.entries(values)) {
      t.equal(returnedLocation(value, context), returned === value ? undefined : returned, value)
    }
    t.end()
  })
}

t.test('whatever an origin asks for on itself, the client is led to the same path of it', (t) => {
  const random = new SeededRandom()
  t.comment(`seed ${random.seed}`)
  for (const [text, sent] of [
    ['/a/b strip -> :1', '/a/b/q'],
    ['/a/b prefix=/p -> :1', '/a/%62/q'],
    ['* prefix=/p/q -> :1', '/q'],
  ] as const) {
    const context = asked(text, sent, 'client.test')
    for (let round = 0; round < 2_000; round++) {
      const rest = random.several(1, 5, () => random.oneOf(['x', '%2F', '%78', ';', 'p', '-'])).join('')
      const path = `${context.route.options.prefix ?? ''}/${rest}`
      const outside = returnedLocation(path, context) ?? path
      const inside = forwardedPath(context.route, { host: '', path: outside })
      if (inside !== path) t.fail(`${text}: ${path} came out as ${outside}, and went in as ${inside}`)
    }
  }
  t.end()
})
