import { mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { FileStamps } from '../../lib/cli/file-stamps.js'

/** Stamps of `names` in a folder, which were asked for once. */
async function setUp(t: Test, ...names: readonly string[]) {
  const folder = t.testdir({ file: 'a', other: 'b', folder: {}, link: t.fixture('symlink', 'file') })
  const paths = names.map((name) => join(folder, name))
  const stamps = new FileStamps()
  t.equal(await stamps.changed(paths, false), true, 'of what is not known yet everything may be')
  t.equal(await stamps.changed(paths, false), false)
  const changed = (): Promise<boolean> => stamps.changed(paths, false)
  return { folder, stamps, paths, changed }
}

for (const [what, name, change] of [
  ['written to', 'file', (folder) => writeFileSync(join(folder, 'file'), 'longer')],
  ['touched', 'file', (folder) => utimesSync(join(folder, 'file'), new Date(), new Date(0))],
  ['replaced', 'file', (folder) => renameSync(join(folder, 'other'), join(folder, 'file'))],
  ['removed', 'file', (folder) => rmSync(join(folder, 'file'))],
  ['created', 'none', (folder) => writeFileSync(join(folder, 'none'), '')],
  ['created with its folder', 'none/file', (folder) => makeBoth(join(folder, 'none'))],
  ['written to behind a link', 'link', (folder) => writeFileSync(join(folder, 'file'), 'longer')],
  ['linked elsewhere', 'link', (folder) => linkElsewhere(folder)],
  ['made anew, as a pattern tells', '*.txt', (folder) => writeFileSync(join(folder, 'new.txt'), '')],
] as readonly (readonly [string, string, (folder: string) => void])[]) {
  t.test(`a file that was ${what} shows it, once`, async (t) => {
    const { folder, changed } = await setUp(t, 'other/../other', name)
    change(folder)
    t.equal(await changed(), true)
    t.equal(await changed(), false)
  })
}

function makeBoth(folder: string): void {
  mkdirSync(folder)
  writeFileSync(join(folder, 'file'), '')
}

function linkElsewhere(folder: string): void {
  symlinkSync('other', join(folder, 'next'))
  renameSync(join(folder, 'next'), join(folder, 'link'))
}

t.test('a file whose length and time of writing are as before shows that it was written', async (t) => {
  const file = join(t.testdir({ file: 'a' }), 'file')
  const longAgo = new Date(1_000)
  utimesSync(file, longAgo, longAgo)
  const stamps = new FileStamps()
  await stamps.changed([file], false)
  writeFileSync(file, 'b')
  utimesSync(file, longAgo, longAgo)
  t.equal(await stamps.changed([file], false), true)
})

t.test(
  'a path that was not asked for before may be anything; one that is not asked for any more is not',
  async (t) => {
    const { folder, stamps, paths } = await setUp(t, 'file')
    const more = [...paths, join(folder, 'other')]
    t.equal(await stamps.changed(more, false), true)
    t.equal(await stamps.changed(more, false), false)
    rmSync(join(folder, 'other'))
    t.equal(await stamps.changed(paths, false), false)
    t.equal(await stamps.changed([], true), false)
  },
)

t.test(
  'who asks thoroughly is told of a file that was changed a moment before it was asked for last',
  async (t) => {
    const { stamps, paths } = await setUp(t, 'file')
    t.equal(await stamps.changed(paths, true), true, 'a second change in the same moment would not show')
    const old = new FileStamps()
    await old.changed(['fixtures/tls/README.md'], true)
    t.equal(await old.changed(['fixtures/tls/README.md'], true), false)
  },
)
