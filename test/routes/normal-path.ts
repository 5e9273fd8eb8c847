import t from 'tap'
import { SeededRandom } from '../../fixtures/routes/seeded-random.js'
import { normalPath, resolvedPath } from '../../lib/routes/normal-path.js'

t.test(
  'of all octets exactly the unreserved ones, star and colon are decoded (RFC 3986 section 2.3)',
  (t) => {
    const decoded: string[] = []
    for (let octet = 0; octet < 256; octet++) {
      const digits = octet.toString(16).padStart(2, '0')
      const normal = normalPath(`/%${digits}`)
      t.equal(normalPath(`/%${digits.toUpperCase()}`), normal)
      if (normal === `/%${digits.toUpperCase()}`) continue
      t.equal(normal, `/${String.fromCharCode(octet)}`)
      decoded.push(String.fromCharCode(octet))
    }
    t.equal(decoded.join(''), '*-.0123456789:ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~')
    t.end()
  },
)

for (const [path, normal] of [
  ['/', '/'],
  ['/api', '/api'],
  ['/%61pi', '/api'],
  ['/%c3%a9', '/%C3%A9'],
  ['/a%2fb', '/a%2Fb'],
  ['/%2e%2E', '/..'],
  // Once, not until nothing changes: an origin decodes once.
  ['/%2561', '/%2561'],
  ['/%25%36%31', '/%2561'],
  ['/%', '/%'],
  ['/%6', '/%6'],
  ['/%6g/%zz', '/%6g/%zz'],
  ['/%%61', '/%a'],
  ['/%3aa%2A', '/:a*'],
  ['*', '*'],
] as const) {
  t.test(`the normal form of ${path} is ${normal} (RFC 3986 section 6.2.2)`, (t) => {
    t.equal(normalPath(path), normal)
    t.end()
  })
}

for (const [path, resolved] of [
  ['/', undefined],
  ['/a/b', undefined],
  ['/a/', undefined],
  ['/.a/b./c..d/...', undefined],
  ['/%3B/%25', undefined],
  ['*', undefined],
  ['/.', '/'],
  ['/..', '/'],
  ['/a/.', '/a/'],
  ['/a/./b', '/a/b'],
  ['/a/..', '/'],
  ['/a/../', '/'],
  ['/a/b/..', '/a/'],
  ['/a/b/../c', '/a/c'],
  ['/a/../../../b', '/b'],
  ['//', '/'],
  ['//a', '/a'],
  ['/a//b///c//', '/a/b/c/'],
  ['/a//../b', '/b'],
  ['/a;x', '/a'],
  ['/a;x/b', '/a/b'],
  ['/a/;x', '/a/'],
  ['/;x/a', '/a'],
  ['/a/..;x/b', '/b'],
  ['/a/.;x/b', '/a/b'],
  ['/a/b/..;', '/a/'],
  ['/a%2Fb', '/a/b'],
  ['/a%5Cb', '/a/b'],
  ['/a\\b', '/a/b'],
  ['/a%2F..%2Fb', '/b'],
  ['/a\\..\\b\\', '/b/'],
  ['/a%2F', '/a/'],
  ['/%2F%2F', '/'],
  ['/a;%2Fb', '/a/b'],
] as const) {
  t.test(`${path} can be taken for ${resolved ?? 'nothing else'} (RFC 3986 section 5.2.4)`, (t) => {
    t.equal(resolvedPath(path), resolved)
    t.end()
  })
}

t.test('a normal form stays, and a resolved path leaves nothing to resolve', (t) => {
  const random = new SeededRandom()
  t.comment(`seed ${random.seed}`)
  const pieces = ['/', '/', 'a', '.', '..', '%2e', '%2F', '%5c', '%41', '%c3', '%', '\\', ';', '%3b']
  for (let round = 0; round < 20_000; round++) {
    const path = `/${random.several(0, 10, () => random.oneOf(pieces)).join('')}`
    const normal = normalPath(path)
    if (normalPath(normal) !== normal && !/%(?![0-9a-fA-F]{2})/.test(path)) t.fail(`${path} is normal twice`)
    const resolved = resolvedPath(normal)
    if (resolved === undefined) continue
    if (!resolved.startsWith('/')) t.fail(`${path} is resolved to ${resolved}`)
    if (resolvedPath(resolved) !== undefined) t.fail(`${path} is resolved twice`)
  }
  t.end()
})

t.test('a path of nothing but what is resolved takes no more steps than it is long', (t) => {
  for (const piece of ['/..', '/.', '//', ';', '%2F', '/a/..', '\\', '/;'])
    t.match(resolvedPath(`/${piece.repeat(200_000)}`), /^\/a?\/?$/, piece)
  t.end()
})
