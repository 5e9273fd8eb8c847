import { execFileSync } from 'node:child_process'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { DiskFiles } from '../../lib/cli/disk-files.js'

const most = 100_000

t.test('a file is read relative to the folder of the file that names it', (t) => {
  const folder = t.testdir({ a: { r: '', x: 'below' }, x: 'here' })
  const files = new DiskFiles()
  t.equal(files.read('x', join(folder, 'a/r'), most).toString(), 'below')
  t.equal(files.read('../x', join(folder, 'a/r'), most).toString(), 'here')
  t.equal(files.read(join(folder, 'x'), '--route', most).toString(), 'here')
  t.strictSame(files.paths, [join(folder, 'a/x'), join(folder, 'x')])
  t.end()
})

t.test('what is no plain file, or too large, is not read', (t) => {
  const folder = t.testdir({ large: 'x'.repeat(most + 1), folder: {} })
  execFileSync('mkfifo', [join(folder, 'pipe')])
  const files = new DiskFiles()
  for (const [name, code] of [
    ['large', 'EFBIG'],
    ['folder', 'EISDIR'],
    ['none', 'ENOENT'],
    ['pipe', undefined],
  ] as const)
    t.throws(() => files.read(join(folder, name), '', most), { code }, name)
  t.throws(() => files.read('/dev/zero', '', most))
  t.notOk(files.changed)
  t.end()
})

t.test('a pattern stands for the names of its folder, in their order', (t) => {
  const folder = t.testdir({ d: { 'b.txt': '', 'a.txt': '', '.c.txt': '', 'a.txt~': '' } })
  const files = new DiskFiles()
  t.strictSame(files.expand('d/*.txt', join(folder, 'r')), [join(folder, 'd/a.txt'), join(folder, 'd/b.txt')])
  t.strictSame(files.expand('d/*.none', join(folder, 'r')), [])
  t.strictSame(files.expand('d/none', 'x/../r'), ['d/none'], 'a name stands for itself')
  t.throws(() => files.expand('none/*', join(folder, 'r')), { code: 'ENOENT' })
  t.throws(() => files.expand('*/x', 'r'), { message: 'only the last part of a path can have * and ?' })
  t.end()
})

for (const [what, change] of [
  ['another content', (folder: string) => writeFileSync(join(folder, 'a'), 'b')],
  ['another file in its place', (folder: string) => renameSync(join(folder, 'b'), join(folder, 'a'))],
  ['a file that is gone', (folder: string) => rmSync(join(folder, 'a'))],
  ['a file that has come', (folder: string) => writeFileSync(join(folder, 'none'), '')],
  ['another name for a pattern', (folder: string) => writeFileSync(join(folder, 'd/c.txt'), '')],
  ['a name less for a pattern', (folder: string) => rmSync(join(folder, 'd/a.txt'))],
] as const) {
  t.test(`it tells whether something has changed: ${what}`, (t) => {
    const folder = t.testdir({ a: 'a', b: 'b', d: { 'a.txt': '' } })
    const files = new DiskFiles()
    files.read(join(folder, 'a'), '', most)
    t.throws(() => files.read(join(folder, 'none'), '', most))
    files.expand('d/*.txt', join(folder, 'r'))
    t.notOk(files.changed)
    writeFileSync(join(folder, 'a'), 'a')
    writeFileSync(join(folder, 'd/other'), '')
    mkdirSync(join(folder, 'e'))
    t.notOk(files.changed, 'what is the same, or not asked for, is no change')
    change(folder)
    t.ok(files.changed)
    t.end()
  })
}
