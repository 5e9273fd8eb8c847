import t from 'tap'
import { proveCases, tableOf } from '../../fixtures/routes/routes-cases.js'
import { originsOf, type Origin, type Route } from '../../lib/routes/route.js'

proveCases(t, 'origin')

function originOf(text: string): Origin {
  return originsOf(tableOf(`* -> ${text}`).routes[0] as Route)[0] as Origin
}

for (const [text, host, port, authority] of [
  [':3000', 'localhost', 3000, 'localhost:3000'],
  [':1', 'localhost', 1, 'localhost:1'],
  [':65535', 'localhost', 65_535, 'localhost:65535'],
  [':080', 'localhost', 80, 'localhost'],
  ['localhost:3000', 'localhost', 3000, 'localhost:3000'],
  ['Origin.Test:81', 'origin.test', 81, 'origin.test:81'],
  ['origin.test.:81', 'origin.test.', 81, 'origin.test.:81'],
  ['my_service:81', 'my_service', 81, 'my_service:81'],
  ['10.0.0.5:8081', '10.0.0.5', 8081, '10.0.0.5:8081'],
  ['[::1]:81', '[::1]', 81, '[::1]:81'],
  ['[2001:DB8::A]:81', '[2001:db8::a]', 81, '[2001:db8::a]:81'],
  ['http://a.test', 'a.test', 80, 'a.test'],
  ['HTTP://A.test', 'a.test', 80, 'a.test'],
  ['http://a.test/', 'a.test', 80, 'a.test'],
  ['http://a.test:81', 'a.test', 81, 'a.test:81'],
  ['http://a.test:443', 'a.test', 443, 'a.test:443'],
  ['http://a.test:81/', 'a.test', 81, 'a.test:81'],
  ['http://[::1]', '[::1]', 80, '[::1]'],
  ['http://127.0.0.1:81', '127.0.0.1', 81, '127.0.0.1:81'],
] as const) {
  t.test(`the origin ${text} is port ${port} of ${host}`, (t) => {
    const place = `${host}:${port}`
    t.strictSame(originOf(text), {
      ...{ scheme: 'http', host, port, authority, text: place },
      ...{ key: `http://${place}`, weight: 1, backup: false },
    })
    t.end()
  })
}

for (const [text, host, port, authority] of [
  ['https://A.test', 'a.test', 443, 'a.test'],
  ['HTTPS://a.test:443/', 'a.test', 443, 'a.test'],
  ['https://a.test:8443', 'a.test', 8443, 'a.test:8443'],
  ['https://a.test:80', 'a.test', 80, 'a.test:80'],
  ['https://[::1]', '[::1]', 443, '[::1]'],
] as const) {
  t.test(`the https origin ${text} is port ${port} of ${host}`, (t) => {
    t.match(originOf(text), {
      ...{ scheme: 'https', host, port, authority, text: `https://${authority}` },
      tls: { serverName: undefined, insecure: false, ca: undefined },
    })
    t.equal(originOf(text).socketPath, undefined)
    t.end()
  })
}

for (const path of ['/run/app.sock', 'app.sock', './a b/ä.sock', '80', 'x'.repeat(107)]) {
  t.test(`the unix socket ${path.slice(0, 20)} is dialled in place of host and port`, (t) => {
    t.strictSame(originOf(`"unix:${path}"`), {
      ...{ scheme: 'http', host: 'localhost', port: 80, authority: 'localhost', text: `unix:${path}` },
      ...{ socketPath: path, key: `unix:${path}`, weight: 1, backup: false },
    })
    t.end()
  })
}
