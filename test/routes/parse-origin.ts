import t from 'tap'
import { proveCases, tableOf } from '../../fixtures/routes/routes-cases.js'

proveCases(t, 'origin')

for (const [text, host, port] of [
  [':3000', 'localhost', 3000],
  [':1', 'localhost', 1],
  [':65535', 'localhost', 65_535],
  [':080', 'localhost', 80],
  ['localhost:3000', 'localhost', 3000],
  ['Origin.Test:81', 'origin.test', 81],
  ['origin.test.:81', 'origin.test.', 81],
  ['my_service:81', 'my_service', 81],
  ['10.0.0.5:8081', '10.0.0.5', 8081],
  ['[::1]:81', '[::1]', 81],
  ['[2001:DB8::A]:81', '[2001:db8::a]', 81],
  ['http://a.test', 'a.test', 80],
  ['HTTP://A.test', 'a.test', 80],
  ['http://a.test/', 'a.test', 80],
  ['http://a.test:81', 'a.test', 81],
  ['http://a.test:81/', 'a.test', 81],
  ['http://[::1]', '[::1]', 80],
  ['http://127.0.0.1:81', '127.0.0.1', 81],
] as const) {
  t.test(`the origin ${text} is port ${port} of ${host}`, (t) => {
    t.strictSame(tableOf(`* -> ${text}`).routes[0]?.origins, [{ host, port, authority: `${host}:${port}` }])
    t.end()
  })
}
