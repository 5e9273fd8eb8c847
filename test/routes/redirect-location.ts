import t from 'tap'
import { tableOf } from '../../fixtures/routes/routes-cases.js'
import { redirectLocation } from '../../lib/routes/redirect-location.js'

function locationFor(route: string, path: string, query?: string): string {
  const key = { host: 'a.test', path, query }
  const found = tableOf(route).match(key)
  if (found?.target.kind !== 'redirect') throw new Error('no redirect takes it')
  return redirectLocation(found, found.target, key)
}

t.test('captures are put into the Location as they were sent', (t) => {
  t.equal(
    locationFor('a.test/x -> 308 https://b.test/y${rest}${query}', '/x/%41', 'q=1'),
    'https://b.test/y/%41?q=1',
  )
  t.end()
})

t.test('a Location of a path never names another host', (t) => {
  t.equal(locationFor('a.test/x -> 301 /${rest}/', '/x'), '/')
  t.equal(locationFor('a.test/x -> 301 /${rest}', '/x//b.test'), '/b.test')
  t.equal(locationFor('a.test/x -> 301 /${rest}', '/x/\\b.test'), '/b.test')
  t.end()
})

t.test('what no URI may hold is percent-encoded', (t) => {
  t.equal(locationFor('a.test -> 301 /y${rest}', '/"<>\\^`{|}'), '/y/%22%3C%3E%5C%5E%60%7B%7C%7D')
  t.end()
})
