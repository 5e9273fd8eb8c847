import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { connectionsWithin, idleWithin, openFilesLimit } from '../../lib/gateway/descriptor-limit.js'

for (const [openFiles, idle, connections] of [
  [20_000, 512, 9_696],
  [20_000, 0, 9_952],
  [1_048_576, 512, 523_984],
  [1_024, 512, 400],
  [256, 512, 64],
  [100, 512, 1],
  [1, 0, 1],
  [Infinity, 512, Infinity],
] as const) {
  t.test(
    `${openFiles} files and ${idle} idle upstream connections leave room for ${connections} clients`,
    (t) => {
      t.equal(connectionsWithin(openFiles, idle), connections)
      t.end()
    },
  )
}

t.test('clients, an origin connection each and the idle ones always fit', (t) => {
  for (let openFiles = 4_096; openFiles < 50_000; openFiles += 777)
    t.ok(2 * connectionsWithin(openFiles, 512) + 512 < openFiles)
  for (let openFiles = 112; openFiles < 4_096; openFiles++) {
    const clients = connectionsWithin(openFiles, 512)
    t.ok(2 * clients + idleWithin(openFiles, clients) < openFiles, `${openFiles} files`)
  }
  t.end()
})

function limitsFile(t: Test, line: string): string {
  const file = join(t.testdir({}), 'limits')
  writeFileSync(file, `Limit                     Soft Limit           Hard Limit           Units\n${line}\n`)
  return file
}

for (const [line, files] of [
  ['Max open files            20000                30000                files     ', 20_000],
  ['Max open files            unlimited            unlimited            files     ', Infinity],
  ['Max processes             1000                 1000                 processes ', Infinity],
] as const) {
  t.test(`"${line.trim()}" is a limit of ${files}`, (t) => {
    t.equal(openFilesLimit(limitsFile(t, line)), files)
    t.end()
  })
}

t.test('without /proc it is what the report of Node says, which looks up no names', (t) => {
  const report = process.report as { excludeNetwork?: boolean }
  const before = report.excludeNetwork
  t.intercept(process.report, 'getReport', {
    value: () => {
      t.equal(report.excludeNetwork, true)
      return { userLimits: { open_files: { soft: 256, hard: 'unlimited' } } }
    },
  })
  t.equal(openFilesLimit('/none/limits'), 256)
  t.equal(report.excludeNetwork ?? false, before ?? false)
  t.end()
})

t.test('a report without limits is no limit', (t) => {
  t.intercept(process.report, 'getReport', { value: () => ({}) })
  t.equal(openFilesLimit('/none/limits'), Infinity)
  t.end()
})

t.test('this process has a limit, the same by both ways', { skip: process.platform !== 'linux' }, (t) => {
  t.equal(openFilesLimit(), openFilesLimit('/none/limits'))
  t.end()
})
