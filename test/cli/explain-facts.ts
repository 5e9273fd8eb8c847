import t from 'tap'
import { tableOf } from '../../fixtures/routes/routes-cases.js'
import { requestFacts, type RequestFacts } from '../../lib/cli/explain-facts.js'
import { askedRequest } from '../../lib/cli/explain-request.js'
import { parseAskedUrl } from '../../lib/cli/explain-url.js'
import { GivenOptions, type ParsedOptions } from '../../lib/cli/given-options.js'
import { explainOptions } from '../../lib/cli/option-table.js'
import { limitsWith } from '../../lib/core/limits.js'
import { parseListenAddress } from '../../lib/gateway/listen-address.js'

const routes = `a.test            -> :1        name=web
a.test/admin      -> :2        name=admin
POST a.test/api/x$ -> :3       name=up max-body=1k
b.test/old        -> 308 /new  name=moved
GET c.test        -> :4        name=get`

function facts(url: string, parsed: ParsedOptions = {}, listen: readonly string[] = []): RequestFacts {
  const given = new GivenOptions(explainOptions, parsed, {})
  const asked = askedRequest(parseAskedUrl(url), given, listen.map(parseListenAddress))
  return requestFacts(asked, tableOf(routes), limitsWith())
}

t.test('a request that is taken has its winner, its losers, how it leaves and how long it waits', (t) => {
  const { asked, explanation, failure, expected, settings } = facts('a.test:81/x')
  t.equal(asked.url, 'http://a.test:81/x')
  t.equal(explanation?.winner?.name, 'web')
  t.equal(explanation?.losers.length, 4)
  t.equal(failure, undefined)
  if (expected?.kind !== 'forwarded') throw new Error(expected?.kind)
  t.equal(expected.request.requestLine, 'GET /x HTTP/1.1')
  const lines = expected.request.lines.map(({ text }) => text)
  t.ok(lines.includes('X-Forwarded-For: 127.0.0.1'), 'as from a client on this machine')
  t.ok(lines.includes('X-Forwarded-Port: 81'))
  t.equal(settings[0]?.option, 'connect')
  t.end()
})

t.test('what comes in on a unix socket has no address and no port', (t) => {
  const { expected } = facts('a.test', {}, ['unix:/run/x'])
  if (expected?.kind !== 'forwarded') throw new Error(expected?.kind)
  const lines = expected.request.lines.map(({ text }) => text).filter((line) => /^X-Forwarded-/.test(line))
  t.strictSame(lines, ['X-Forwarded-Proto: http', 'X-Forwarded-Host: a.test'])
  t.end()
})

t.test('a redirect is answered', (t) => {
  const { expected, settings } = facts('b.test/old/x')
  t.equal(expected?.kind === 'answered' && expected.answer.status, 308)
  t.strictSame(settings, [])
  t.end()
})

for (const [url, parsed, status, code, nearest] of [
  ['d.test/', {}, 404, 'NO_ROUTE', /^it takes the host /],
  ['b.test/', {}, 404, 'NO_ROUTE', 'it takes paths below /old'],
  ['c.test/', { method: 'DELETE' }, 405, 'METHOD_NOT_ALLOWED', 'it takes GET'],
  ['a.test/x/../admin', {}, 400, 'PATH_AMBIGUOUS', undefined],
] as const) {
  t.test(`${url} with ${JSON.stringify(parsed)} goes nowhere: ${code}`, (t) => {
    const { explanation, failure, expected } = facts(url, parsed)
    t.equal(explanation?.winner, undefined)
    t.equal(explanation?.losers.length, 5)
    t.equal(failure?.status, status)
    t.equal(failure?.code, code)
    t.match(failure?.inside?.nearest?.because ?? '', nearest ?? /^$/)
    t.strictSame(failure?.allow, status === 405 ? ['GET', 'HEAD'] : [])
    t.equal(expected, undefined)
    t.end()
  })
}

for (const [url, parsed, status, code, cause] of [
  ['a.test', { header: ['Host: b.test', 'Host: c.test'] }, 400, 'REQUEST_HOST', 'more than one Host field'],
  ['a.test', { header: 'Host: a b' }, 400, 'REQUEST_HOST', 'Host is not host[:port]'],
  ['a.test', { header: 'A B: 1' }, 400, 'REQUEST_MALFORMED', /./],
  ['a.test', { header: 'Content-Length: x' }, 400, 'REQUEST_FRAMING', /./],
  ['a.test', { header: ' A: 1' }, 400, 'REQUEST_MALFORMED', /./],
  ['a.test', { header: 'Expect: more' }, 417, 'REQUEST_EXPECTATION', ''],
  ['a.test', { method: 'BREW' }, 501, 'REQUEST_METHOD_UNKNOWN', ''],
  ['a.test/ü', {}, 400, 'REQUEST_MALFORMED', /./],
  ['a.test/a b', {}, 400, 'REQUEST_MALFORMED', /./],
  [`a.test/${'x'.repeat(9_000)}`, {}, 414, 'REQUEST_LINE_TOO_LONG', ''],
] as const) {
  const shown = JSON.stringify(parsed)
  t.test(`what serve refuses is refused as there: ${url.slice(0, 20)} ${shown} is ${status}`, (t) => {
    const { explanation, failure, expected } = facts(url, parsed)
    t.equal(explanation, undefined)
    t.equal(expected, undefined)
    t.equal(failure?.status, status)
    t.equal(failure?.code, code)
    t.match(failure?.inside?.cause, cause)
    t.end()
  })
}

t.test('a request that its route refuses has a winner all the same', (t) => {
  const { explanation, failure, expected } = facts('a.test/api/x', {
    method: 'POST',
    header: 'Content-Length: 1025',
  })
  t.equal(explanation?.winner?.name, 'up')
  t.equal(expected?.kind, 'refused')
  t.equal(failure?.status, 413)
  t.equal(failure?.inside?.route?.name, 'up')
  t.end()
})
