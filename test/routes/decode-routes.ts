import t from 'tap'
import { filesInMemory } from '../../fixtures/routes/routes-cases.js'
import { decodeRoutes } from '../../lib/routes/decode-routes.js'
import type { Mistake } from '../../lib/routes/mistake.js'
import { maxRoutesFileBytes } from '../../lib/routes/side-file.js'

const never = (mistake: Mistake): void => void t.fail(mistake.message)

t.test('a source has its text, or the file of its name has', (t) => {
  const files = filesInMemory({ 'x/a.txt': '\u{feff}\u00e4' })
  t.strictSame(decodeRoutes({ name: '--route', text: 'a' }, files, never), { name: '--route', text: 'a' })
  t.strictSame(decodeRoutes({ name: 'x/a.txt' }, files, never), { name: 'x/a.txt', text: '\u{feff}\u00e4' })
  t.end()
})

t.test('what is no text in UTF-8, too large or not there is told without a line', (t) => {
  const thrown = (code: string) => (): never => {
    throw Object.assign(new Error('x'), { code })
  }
  for (const [read, message, help] of [
    [() => Buffer.from([0xff]), 'it is not UTF-8 text', ''],
    [thrown('EFBIG'), 'it is larger than 16 MiB', ''],
    [thrown('ENOENT'), 'there is no such file', /^write one there/],
  ] as const) {
    const told: Mistake[] = []
    const asked: number[] = []
    const files = {
      read(_path: string, _from: string, max: number) {
        asked.push(max)
        return read()
      },
      expand: () => [],
    }
    t.equal(
      decodeRoutes({ name: 'r' }, files, (mistake) => told.push(mistake)),
      undefined,
    )
    t.match(told, [{ severity: 'error', place: { file: 'r', line: 0 }, message, help }])
    t.strictSame(asked, [maxRoutesFileBytes])
  }
  t.end()
})
