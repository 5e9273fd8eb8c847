import { once } from 'node:events'
import { renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import timers from 'node:timers/promises'
import t, { type Test } from 'tap'
import { keepAlive } from '../../fixtures/kept-alive.js'
import { Reload, type ReloadParts, type ReloadReason, type ReloadResult } from '../../lib/cli/reload.js'
import { RoutesLoader } from '../../lib/cli/routes-sources.js'
import type { RouteTable } from '../../lib/routes/route-table.js'

const one = 'a.test -> :1'

/** A reload of routes in a file, or of `more`, and what comes of it. */
function setUp(
  t: Test,
  more: { route?: readonly string[]; text?: string } = {},
  ports: readonly number[] = [8080],
) {
  keepAlive(t)
  const folder = t.testdir({ 'routes.txt': more.text ?? one, 'a.txt': 'a', more: 'b.test -> :1' })
  const file = join(folder, 'routes.txt')
  const loader = new RoutesLoader({ routes: [file], ...more }, {})
  const { table } = loader.compile()
  const tables: RouteTable[] = []
  const results: ReloadResult[] = []
  const counts = { rested: 0, compiled: 0 }
  const rests = new EventTarget()
  const parts: ReloadParts = {
    loader: {
      names: loader.names,
      get files() {
        return loader.files
      },
      compileInSlices: () => {
        counts.compiled++
        return loader.compileInSlices()
      },
    },
    ports,
    replace: (table) => tables.push(table),
    done: (result) => results.push(result),
    rested: () => {
      counts.rested++
      rests.dispatchEvent(new Event('rested'))
    },
  }
  const reload = new Reload(table as RouteTable, parts)
  /** Asks for a reload. @returns what has come of it */
  const reloaded = async (reason: ReloadReason): Promise<readonly ReloadResult[]> => {
    const rested = once(rests, 'rested')
    reload.request(reason)
    await rested
    return results.splice(0)
  }
  const write = (text: string): void => writeFileSync(file, text)
  return { folder, file, reload, parts, tables, results, counts, reloaded, write }
}

const matches = (tables: readonly RouteTable[]): string[][] =>
  tables.map(({ routes }) => routes.map(({ matchText }) => matchText))

t.test('changed files are taken into use', async (t) => {
  const { reloaded, write, tables } = setUp(t)
  write('a.test -> :2\nb.test -> :1')
  t.strictSame(await reloaded('changed'), [
    {
      outcome: 'good',
      filesChanged: true,
      staleBefore: false,
      routes: 2,
      changes: { added: 1, removed: 0, changed: 1 },
      mistakes: [],
    },
  ])
  t.strictSame(matches(tables), [['a.test', 'b.test']])
})

t.test('files that have the same content are left as they are, unless somebody asks for it', async (t) => {
  const { reloaded, write, tables, counts } = setUp(t)
  write(one)
  t.strictSame(await reloaded('changed'), [])
  t.strictSame([tables.length, counts.compiled], [0, 0])
  t.match(await reloaded('asked'), [{ outcome: 'good', filesChanged: false, routes: 1 }])
  t.equal(tables.length, 1)
})

t.test('what is odd is told with what is good', async (t) => {
  const { reloaded, write } = setUp(t)
  write('a.test -> :1 strip')
  t.match(await reloaded('changed'), [{ outcome: 'good', mistakes: [{ severity: 'warning' }] }])
})

for (const [what, text, message] of [
  ['with a mistake', 'a.test -> :x', '":x" is no origin'],
  ['whose test fails', 'a.test -> :1 name=a\n? GET http://a.test/ => b', /b/],
  ['bound to a port on which nothing listens', 'a.test:81 -> :1', 'port 81'],
  ['that are no text', Buffer.from([0xff]), 'UTF-8'],
  ['that are none', '# nothing', 'there is no route in it'],
] as const) {
  t.test(`routes ${what} are not used, told once, and counted each time that somebody asks`, async (t) => {
    const { reloaded, file, write, tables } = setUp(t)
    writeFileSync(file, text)
    const [bad] = await reloaded('changed')
    t.match(bad, {
      outcome: 'bad',
      filesChanged: true,
      staleBefore: false,
      routes: 1,
      mistakes: [{ message }],
    })
    t.strictSame(bad?.changes, { added: 0, removed: 0, changed: 0 })
    t.strictSame(await reloaded('changed'), [], 'not again')
    const [again] = await reloaded('asked')
    t.match(again, { outcome: 'bad', filesChanged: false, staleBefore: true })
    t.strictSame(again?.mistakes, [])
    write('b.test -> :1')
    t.match(await reloaded('changed'), [
      { outcome: 'good', filesChanged: true, staleBefore: true, routes: 1 },
    ])
    t.strictSame(matches(tables), [['b.test']])
    t.match(await reloaded('asked'), [{ outcome: 'good', staleBefore: false }])
  })
}

t.test('a route on a port that is listened on is used', async (t) => {
  const { reloaded, write } = setUp(t, {}, [8080, 81])
  write('a.test:81 -> :1')
  t.match(await reloaded('changed'), [{ outcome: 'good' }])
})

t.test('other mistakes in routes that are wrong already are told', async (t) => {
  const { reloaded, write } = setUp(t)
  write('a.test -> :x')
  await reloaded('changed')
  write('a.test -> :y')
  t.match(await reloaded('changed'), [{ outcome: 'bad', staleBefore: true, mistakes: [{ message: /:y/ }] }])
})

t.test('who goes back to the routes in use mends them', async (t) => {
  const { reloaded, write } = setUp(t)
  write('a.test -> :x')
  await reloaded('changed')
  write(one)
  const changes = { added: 0, removed: 0, changed: 0 }
  t.match(await reloaded('changed'), [{ outcome: 'good', staleBefore: true, changes }])
})

t.test('a file that routes name counts as well, and is looked for where it is missing', async (t) => {
  const { reloaded, folder } = setUp(t, { text: 'a.test -> 200 @a.txt' })
  writeFileSync(join(folder, 'a.txt'), 'b')
  t.match(await reloaded('changed'), [{ outcome: 'good', changes: { changed: 1 } }])
  rmSync(join(folder, 'a.txt'))
  t.match(await reloaded('changed'), [{ outcome: 'bad', mistakes: [{ message: /a\.txt/ }] }])
  writeFileSync(join(folder, 'a.txt'), 'c')
  t.match(await reloaded('changed'), [{ outcome: 'good', staleBefore: true }])
})

t.test('routes without a file can be asked for again', async (t) => {
  const { reloaded } = setUp(t, { routes: [], route: [one] } as object)
  t.match(await reloaded('asked'), [{ outcome: 'good', filesChanged: false, routes: 1 }])
})

/** From now on waits are over at once, when `meanwhile` was done. @returns how long they would have been, in milliseconds */
function waits(t: Test, meanwhile: () => void): readonly number[] {
  const seen: number[] = []
  const real = timers.setTimeout
  const fake = (ms: number): Promise<void> => {
    seen.push(ms)
    meanwhile()
    return Promise.resolve()
  }
  Reflect.set(timers, 'setTimeout', fake)
  syncBuiltinESMExports()
  t.teardown(() => {
    Reflect.set(timers, 'setTimeout', real)
    syncBuiltinESMExports()
  })
  return seen
}

for (const [what, take] of [
  ['emptied before it is written', (file: string) => truncateSync(file)],
  ['put aside before it is written', (file: string) => renameSync(file, `${file}~`)],
] as const) {
  t.test(`a file that is ${what} is waited for`, async (t) => {
    const { reloaded, file, write, tables } = setUp(t)
    const waited = waits(t, () => write('b.test -> :1'))
    take(file)
    t.match(await reloaded('changed'), [{ outcome: 'good', routes: 1 }])
    t.strictSame(waited, [200])
    t.strictSame(matches(tables), [['b.test']])
  })
}

t.test(
  'a file that another includes is waited for, though the routes would be right without it',
  async (t) => {
    const { reloaded, folder, tables } = setUp(t, { text: `${one}\ninclude more` })
    const more = join(folder, 'more')
    const waited = waits(t, () => writeFileSync(more, 'c.test -> :1'))
    writeFileSync(more, '')
    t.match(await reloaded('changed'), [{ outcome: 'good', routes: 2 }])
    t.strictSame(waited, [200])
    t.equal(tables.length, 1)
  },
)

t.test('a gateway that ends while a file is waited for uses nothing', async (t) => {
  const { reload, write, tables, counts } = setUp(t)
  const closed = new Promise<void>((resolve) => {
    waits(t, () => {
      write('b.test -> :1')
      reload.close()
      setImmediate(resolve)
    })
  })
  write('')
  reload.request('changed')
  await closed
  t.strictSame([tables.length, counts.compiled], [0, 1])
})

t.test('a file that stays empty is told after a second look, and not waited for again', async (t) => {
  const { reloaded, write, counts } = setUp(t)
  const waited = waits(t, () => undefined)
  write('')
  t.match(await reloaded('changed'), [{ outcome: 'bad', mistakes: [{ message: 'there is no route in it' }] }])
  t.equal(counts.compiled, 2)
  t.match(await reloaded('asked'), [{ outcome: 'bad' }])
  t.equal(counts.compiled, 3)
  t.equal(waited.length, 1)
})

t.test('a file that is written while it is read is read again before it is called wrong', async (t) => {
  const { reloaded, parts, write, counts } = setUp(t)
  write('a.test -')
  const { compileInSlices } = parts.loader
  parts.loader.compileInSlices = async () => {
    const compiled = await compileInSlices()
    if (counts.compiled === 1) write('a.test -> :2')
    return compiled
  }
  t.match(await reloaded('changed'), [{ outcome: 'good', changes: { changed: 1 } }])
  t.equal(counts.compiled, 2)
})

t.test('one reload runs at a time: what is asked for meanwhile is one more, however often', async (t) => {
  const { reload, reloaded, write, tables, counts } = setUp(t)
  write('b.test -> :1')
  const results = reloaded('changed')
  for (const reason of ['asked', 'changed', 'asked'] as const) reload.request(reason)
  write('c.test -> :1')
  t.match(await results, [{ outcome: 'good' }, { outcome: 'good' }])
  t.equal(matches(tables).at(-1)?.join(), 'c.test', 'the newest content wins')
  t.strictSame([counts.compiled, counts.rested], [2, 1])
})

t.test('a change that is seen while somebody asks does not take that away', async (t) => {
  const { reload, reloaded } = setUp(t)
  const results = reloaded('asked')
  reload.request('asked')
  reload.request('changed')
  t.equal((await results).length, 2)
})

t.test('once it is closed nothing is used and nothing is told, also of what goes on', async (t) => {
  const { reload, parts, write, tables, results, counts } = setUp(t)
  write('b.test -> :1')
  const compiled = new Promise<void>((resolve) => {
    const { compileInSlices } = parts.loader
    parts.loader.compileInSlices = async () => {
      reload.close()
      setImmediate(resolve)
      return compileInSlices()
    }
  })
  reload.request('changed')
  await compiled
  for (let i = 0; i < 50; i++) await new Promise(setImmediate)
  reload.request('asked')
  t.strictSame([tables.length, results.length, counts.rested, counts.compiled], [0, 0, 0, 1])
})

t.test('whatever goes wrong keeps the routes in use', async (t) => {
  const { parts, reloaded, tables, file } = setUp(t)
  parts.loader.compileInSlices = () => Promise.reject(new Error('out of luck'))
  const place = { file, line: 0, column: 0, length: 0 }
  t.match(await reloaded('asked'), [
    { outcome: 'bad', mistakes: [{ severity: 'error', place, message: 'it cannot be loaded: out of luck' }] },
  ])
  t.equal(tables.length, 0)
})
