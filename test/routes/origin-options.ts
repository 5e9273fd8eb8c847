import { readFileSync } from 'node:fs'
import t from 'tap'
import { caseFile, proveCases, tableOf, filesThat } from '../../fixtures/routes/routes-cases.js'
import { compileRoutes } from '../../lib/routes/compile.js'
import { originsOf, type Origin, type Route } from '../../lib/routes/route.js'

proveCases(t, 'origin-options')

const ca = readFileSync(new URL('../../fixtures/tls/ca.pem', import.meta.url))
const other = readFileSync(new URL('../../fixtures/tls/other.test.pem', import.meta.url))

/** The origins of one route that may name the file x.pem with `content`, or its mistakes. */
function originsWith(targets: string, content: Buffer | string = ca): readonly Origin[] | string[] {
  const source = { name: caseFile, text: `* ${targets}` }
  const { table, mistakes } = compileRoutes(
    [source],
    {},
    filesThat(() => Buffer.from(content)),
  )
  const [route] = table?.routes ?? []
  if (route === undefined) return mistakes.map(({ message, help }) => `${message}; ${help}`)
  return originsOf(route)
}

t.test('weights and backups are those of their origins', (t) => {
  const route = tableOf('* -> :1 weight=9 -> :2 -> :3 backup weight=1000').routes[0] as Route
  t.strictSame(
    originsOf(route).map(({ port, weight, backup }) => [port, weight, backup]),
    [
      [1, 9, false],
      [2, 1, false],
      [3, 1_000, true],
    ],
  )
  t.end()
})

t.test('an https origin is known by what is asked of its certificate', (t) => {
  t.match(originsWith('-> https://a.test sni=B.test tls=insecure ca=x.pem'), [
    { authority: 'a.test', tls: { serverName: 'b.test', insecure: true, ca: ca.toString() } },
  ])
  t.end()
})

t.test('origins share connections only where scheme, address and identity are the same', (t) => {
  const keys = [
    ['-> :81'],
    ['-> http://localhost:443', '-> localhost:443'],
    ['-> https://localhost', '-> https://localhost:443 weight=1'],
    ['-> https://localhost sni=a.test', '-> https://LOCALHOST sni=A.test'],
    ['-> https://localhost sni=insecure'],
    ['-> https://localhost tls=insecure'],
    ['-> https://localhost ca=x.pem', '-> https://localhost ca=y.pem'],
    ['-> unix:81', '-> "unix:81"'],
    ['-> http://unix:81', '-> unix.:81'],
  ].map((same) => same.map((target) => (originsWith(target)[0] as Origin).key))
  const otherCa = (originsWith('-> https://localhost ca=x.pem', other)[0] as Origin).key
  for (const [key, again] of keys.slice(0, -1)) t.equal(again ?? key, key)
  t.equal(new Set([...keys.flat(), otherCa]).size, keys.length + 2)
  t.end()
})

for (const [what, content, mistake] of [
  [
    'nothing',
    '',
    'there is no certificate in "x.pem"; PEM is expected, which begins -----BEGIN CERTIFICATE-----',
  ],
  [
    'a key',
    '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----',
    'there is no certificate in "x.pem"',
  ],
  ['an empty certificate', '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----', 'certificate 1 of'],
  [
    'a certificate that is cut',
    ca.subarray(0, 300),
    'certificate 1 of "x.pem" cannot be read; it has to be X.509',
  ],
  [
    'a damaged certificate behind a sound one',
    `${ca.toString()}${ca.toString().replace('M', '!')}`,
    'certificate 2 of',
  ],
] as const) {
  t.test(`${what} is no authority`, (t) => {
    const [said] = originsWith('-> https://a.test ca=x.pem', content)
    t.match(said, mistake)
    t.end()
  })
}

t.test('several certificates, and text around them, are authorities', (t) => {
  const text = `# ours\n${ca.toString()}\nand\n${other.toString()}`
  t.match(originsWith('-> https://a.test ca=x.pem', text), [{ tls: { ca: text } }])
  t.end()
})

t.test('millions of beginnings of certificates are read once', (t) => {
  const text = '-----BEGIN CERTIFICATE-----\n'.repeat(300_000)
  t.match(originsWith('-> https://a.test ca=x.pem', text), [/^certificate 1 of/])
  t.end()
})
