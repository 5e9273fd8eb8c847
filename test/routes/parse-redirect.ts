import t from 'tap'
import { tableOf } from '../../fixtures/routes/routes-cases.js'
import { isRedirectStatus } from '../../lib/routes/parse-redirect.js'

const rest = { capture: 'rest' }
const query = { capture: 'query' }
const id = { capture: 'id' }

for (const [text, location] of [
  ['https://new.test', ['https://new.test']],
  ['https://new.test/manual${rest}${query}', ['https://new.test/manual', rest, query]],
  ['https://new.test${rest}${query}', ['https://new.test', rest, query]],
  ['https://new.test${rest}#${id}', ['https://new.test', rest, '#', id]],
  ['/x/${id}', ['/x/', id]],
  ['/', ['/']],
  ['/?a=b&c=%20', ['/?a=b&c=%20']],
  ['"http://10.0.0.1:8080/x"', ['http://10.0.0.1:8080/x']],
] as const) {
  t.test(`a redirect to ${text} is put together of literals and captures`, (t) => {
    for (const status of [301, 302, 303, 307, 308]) {
      const { routes } = tableOf(`a.test/:id -> ${status} ${text} name=a`)
      t.strictSame(routes[0]?.target, { kind: 'redirect', status, location })
    }
    t.end()
  })
}

t.test('other codes are answers, with or without a Location', (t) => {
  for (const status of [200, 300, 304, 305, 306, 309, 404])
    t.equal(isRedirectStatus(status), false, `${status}`)
  t.end()
})
