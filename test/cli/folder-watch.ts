import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { fakeWatchers } from '../../fixtures/fake-watchers.js'
import { keepAlive } from '../../fixtures/kept-alive.js'
import { FolderWatch } from '../../lib/cli/folder-watch.js'

/** A watch of folders, and what it tells. */
function watching(t: Test) {
  keepAlive(t)
  let [count, wake] = [0, (): void => undefined]
  const silent: string[] = []
  const watch = new FolderWatch({
    happened: () => {
      count++
      wake()
    },
    unwatchable: (folder, code) => silent.push(`${folder} ${code}`),
  })
  t.teardown(() => watch.close())
  /** Waits until something has happened since this was asked last. */
  const happened = async (): Promise<void> => {
    while (count === 0) await new Promise<void>((resolve) => (wake = resolve))
    count = 0
  }
  return { watch, silent, happened }
}

t.test('what is done to files of a folder is told', async (t) => {
  const folder = t.testdir({ file: 'a', next: 'b' })
  const { watch, happened, silent } = watching(t)
  watch.watch(new Set([folder]))
  for (const change of [
    () => writeFileSync(join(folder, 'file'), 'c'),
    () => renameSync(join(folder, 'next'), join(folder, 'file')),
    () => rmSync(join(folder, 'file')),
    () => writeFileSync(join(folder, 'file'), ''),
  ]) {
    change()
    await happened()
  }
  t.strictSame(silent, [])
})

t.test('a folder that another has taken the place of is watched anew, and one that is gone no more', (t) => {
  const watchers = fakeWatchers(t)
  const folder = join(t.testdir({ watched: {} }), 'watched')
  const { watch, silent } = watching(t)
  const closed = (): boolean[] => watchers.map((one) => one.closed)
  watch.watch(new Set([folder]))
  renameSync(folder, `${folder}.old`)
  mkdirSync(folder)
  watch.watch(new Set([folder]))
  t.strictSame(closed(), [true, false])
  rmSync(folder, { recursive: true })
  watch.watch(new Set([folder]))
  t.strictSame(closed(), [true, true])
  t.strictSame(silent, [`${folder} ENOENT`])
  t.end()
})

t.test('a folder that is missing is told, and the others are watched', async (t) => {
  const folder = t.testdir({})
  const { watch, happened, silent } = watching(t)
  watch.watch(new Set([join(folder, 'none'), folder]))
  t.strictSame(silent, [`${join(folder, 'none')} ENOENT`])
  mkdirSync(join(folder, 'none'))
  await happened()
  watch.watch(new Set([join(folder, 'none'), folder]))
  writeFileSync(join(folder, 'none', 'file'), '')
  await happened()
  t.equal(silent.length, 1)
})

t.test('a folder that the system has no watcher for is told with the reason', (t) => {
  const watchers = fakeWatchers(t)
  const folder = t.testdir({ full: {} })
  const { watch, silent } = watching(t)
  watch.watch(new Set([join(folder, 'full'), folder]))
  t.strictSame(silent, [`${join(folder, 'full')} ENOSPC`])
  t.strictSame(
    watchers.map((one) => one.folder),
    [folder],
  )
  t.end()
})

t.test('a watcher that fails later is told, closed, and had again at the next time', (t) => {
  const watchers = fakeWatchers(t)
  const folder = t.testdir({})
  const { watch, silent } = watching(t)
  watch.watch(new Set([folder]))
  watchers[0]?.emit('error', Object.assign(new Error('gone'), { code: 'EMFILE' }))
  watchers[0]?.emit('error', new Error('without a code'))
  t.strictSame(silent, [`${folder} EMFILE`, `${folder} without a code`])
  t.equal(watchers[0]?.closed, true)
  watch.watch(new Set([folder]))
  t.equal(watchers.length, 2)
  t.end()
})

t.test('folders are watched once, until they are not wanted any more', (t) => {
  const watchers = fakeWatchers(t)
  const folder = t.testdir({ a: {}, b: {} })
  const [a, b] = [join(folder, 'a'), join(folder, 'b')]
  const { watch } = watching(t)
  watch.watch(new Set([a, b]))
  watch.watch(new Set([b, a]))
  t.equal(watchers.length, 2)
  watch.watch(new Set([b]))
  t.strictSame(
    watchers.map(({ closed }) => closed),
    [true, false],
  )
  watch.close()
  t.strictSame(
    watchers.map(({ closed }) => closed),
    [true, true],
  )
  t.end()
})
