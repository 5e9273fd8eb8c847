import t from 'tap'
import { tableOf } from '../../fixtures/routes/routes-cases.js'
import { requestFacts, type RequestFacts } from '../../lib/cli/explain-facts.js'
import { askedRequest } from '../../lib/cli/explain-request.js'
import { requestText, settingLines } from '../../lib/cli/explain-text.js'
import { parseAskedUrl } from '../../lib/cli/explain-url.js'
import { GivenOptions, type ParsedOptions } from '../../lib/cli/given-options.js'
import { explainOptions } from '../../lib/cli/option-table.js'
import { openPaint, plain } from '../../lib/cli/paint.js'
import { limitsWith } from '../../lib/core/limits.js'

function facts(routes: string, url: string, parsed: ParsedOptions = {}): RequestFacts {
  const asked = askedRequest(parseAskedUrl(url), new GivenOptions(explainOptions, parsed, {}), [])
  return requestFacts(asked, tableOf(routes), limitsWith())
}

function text(routes: string, url: string, parsed: ParsedOptions = {}): string {
  return requestText(facts(routes, url, parsed), plain)
}

t.test('a request that is taken is told from its line to its time-outs', (t) => {
  const told = text('a.test -> :1 name=web connect=1s\nb.test -> :2', 'a.test/x#y', { header: 'X-A: 1' })
  t.equal(
    told,
    `GET http://a.test/x
  X-A: 1
  (what begins with # stays with the client)

taken by web a.test (routes.txt:1)

for other hosts
  b.test  routes.txt:2  takes the host b.test

leaves as for localhost:1
           GET /x HTTP/1.1
           Host: a.test
           X-A: 1
  gateway  Via: 1.1 railscale
  gateway  X-Forwarded-For: 127.0.0.1
  gateway  X-Forwarded-Proto: http
  gateway  X-Forwarded-Port: 80
  gateway  X-Forwarded-Host: a.test
  gateway  X-Request-Id: <made for each request>

goes to
  localhost:1

with
  connect     1s
  response    1m by default
  stall       30s by default
  wait        off by default
  retry       idempotent by default
  max-body    none by default
  max-conns   none by default
  pipelining  off by default
  upgrade     websocket by default
`,
  )
  t.end()
})

t.test('a route that is called by its match is called once', (t) => {
  t.match(
    text('a.test -> 200 "ok"', 'a.test'),
    '\n\ntaken by a.test (routes.txt:1)\n\nanswered by the gateway\n',
  )
  t.end()
})

t.test('where nothing takes it, the answer is told with the nearest route', (t) => {
  t.equal(
    text('a.test/api -> :1 name=api', 'a.test/apix'),
    `GET http://a.test/apix

answered 404 Not Found: no route takes this host and path
  code     NO_ROUTE
  phase    route, downstream
  nearest  api (routes.txt:1), but it takes paths below /api
  to do    add a route for them to the routes file, or one for all the rest: * -> :3000

asked, in this order
  api  routes.txt:1  takes paths below /api, and /apix is none
`,
  )
  t.end()
})

t.test('where only the method fails, Allow is told', (t) => {
  const told = text('GET a.test -> :1', 'a.test', { method: 'DELETE' })
  t.match(told, /^DELETE http:\/\/a\.test\/\n\nanswered 405 Method Not Allowed: /)
  t.match(told, '\n  allow    GET, HEAD\n')
  t.match(told, '\n  GET a.test  routes.txt:1  takes GET\n')
  t.end()
})

t.test('a path that is read in two ways is told with both', (t) => {
  const told = text('a.test -> :1 name=web\na.test/admin -> :2', 'a.test/x/../admin')
  t.match(told, '\nanswered 400 Bad Request: ')
  t.match(told, '\n  as sent  the path leads to web (routes.txt:1)\n')
  t.match(told, '\n  read as  /admin, which leads to a.test/admin (routes.txt:2)\n')
  t.match(text('a.test/x -> :1', 'a.test/x/../y'), '\n  read as  /y, which leads to no route\n')
  t.end()
})

t.test('what is refused before a route is asked has no routes', (t) => {
  t.equal(
    text('* -> :1', 'a.test', { header: 'Host: a b' }),
    `GET http://a.test/
  Host: a b

answered 400 Bad Request: the Host field is missing, repeated or not host[:port]
  code   REQUEST_HOST
  phase  parse, downstream
  cause  Host is not host[:port]
  to do  send exactly one Host field
`,
  )
  t.end()
})

t.test('what its route refuses is told with both', (t) => {
  const told = text('a.test -> :1 name=up max-body=1k', 'a.test', { header: 'Content-Length: 2000' })
  t.match(told, /\ntaken by up a\.test \(routes\.txt:1\)\nanswered 413 /)
  t.match(told, '\n  route  up\n')
  t.notMatch(told, 'leaves as')
  t.end()
})

t.test('settings are told with which of them are defaults', (t) => {
  const settings = [
    { option: 'strip', value: '', isDefault: false },
    { option: 'retry', value: 'off', isDefault: true },
  ]
  t.strictSame(settingLines(settings, plain), ['  strip', '  retry  off by default'])
  t.end()
})

t.test('nothing that was given can move the cursor, and colours change no word', async (t) => {
  const header = ['X: a\tb', 'Y: \u202ereversed', 'Z: \u2028']
  const told = facts('a.test -> :1\n* -> 200 "\u{1b}[2J"', 'a.test/?\u202e', { header })
  t.notMatch(requestText(told, plain).replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Zl}]/u)
  const taken = facts('a.test/x -> :1\n* -> 200 "x"', 'b.test')
  const painted = requestText(taken, await openPaint(true))
  // eslint-disable-next-line no-control-regex -- the escape codes of colours are what it looks for
  t.equal(painted.replace(/\x1b\[\d+m/g, ''), requestText(taken, plain))
  t.not(painted, requestText(taken, plain))
})
