import t from 'tap'
import { caseFile, filesThat } from '../../fixtures/routes/routes-cases.js'
import { compileRoutes } from '../../lib/routes/compile.js'
import { maxSideFileBytes, unreadableBecause } from '../../lib/routes/side-file.js'

/** What is said of a route that names a file, where reading it does what `read` does. */
function said(read: () => Buffer): string[] {
  const source = { name: caseFile, text: 'a.test -> 200 @x' }
  return compileRoutes([source], {}, filesThat(read)).mistakes.map(
    ({ place, message }) => `${place.column}: ${message}`,
  )
}

function failure(code: string, message = code): () => never {
  return () => {
    throw Object.assign(new Error(message), { code })
  }
}

for (const [what, read, message] of [
  ['is missing', failure('ENOENT'), 'there is no such file'],
  ['may not be read', failure('EACCES'), 'it may not be read'],
  ['is a folder', failure('EISDIR'), 'it is a folder'],
  ['is too large to be read', failure('EFBIG'), 'it is larger than 10 MiB'],
  ['is too large', () => Buffer.alloc(maxSideFileBytes + 1), 'it is larger than 10 MiB'],
  ['fails otherwise', failure('EIO', 'EIO: i/o error'), 'it cannot be read: EIO: i/o error'],
] as const) {
  t.test(`a file that ${what} is a mistake at its place`, (t) => {
    t.strictSame(said(read), [`15: "x" cannot be used: ${message}`])
    t.end()
  })
}

t.test('a file of 10 MiB can be used', (t) => {
  t.strictSame(
    said(() => Buffer.alloc(maxSideFileBytes)),
    [],
  )
  t.end()
})

t.test('a file is asked for as it is written, with the source that names it', (t) => {
  const asked: string[] = []
  const read = (path: string, fromFile: string): Buffer => {
    asked.push(`${path} of ${fromFile}`)
    return Buffer.from('')
  }
  const sources = [
    { name: 'a/routes.txt', text: '/x -> 200 @"my file.txt"' },
    { name: '--route', text: '/y\n -> 200 @../${F}' },
  ]
  t.same(compileRoutes(sources, { F: 'f' }, filesThat(read)).mistakes, [])
  t.strictSame(asked, ['my file.txt of a/routes.txt', '../f of --route'])
  t.end()
})

t.test('bytes that are no text are told in words, too', (t) => {
  const error = Object.assign(new Error(), { code: 'ERR_ENCODING_INVALID_ENCODED_DATA' })
  t.equal(unreadableBecause(error), 'it is not UTF-8 text')
  t.end()
})
