import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { fakeWatchers } from '../../fixtures/fake-watchers.js'
import { MomentRecorder } from '../../fixtures/gateway.js'
import { keepAlive } from '../../fixtures/kept-alive.js'
import { RoutesLoader } from '../../lib/cli/routes-sources.js'
import { RoutesUpdates } from '../../lib/cli/routes-updates.js'
import type { RoutesInUse } from '../../lib/message/recorder.js'
import type { RouteTable } from '../../lib/routes/route-table.js'

/** Updates of the routes in a file, and what is told of them. */
function setUp(t: Test, json = false) {
  keepAlive(t)
  const file = join(t.testdir({ 'routes.txt': 'a.test -> :1' }), 'routes.txt')
  const loader = new RoutesLoader({ routes: [file] }, {})
  const table = loader.compile().table as RouteTable
  const used: string[] = []
  const replaceRoutes = (next: RouteTable): void =>
    void used.push(next.routes.map(({ matchText }) => matchText).join())
  const recorder = new MomentRecorder()
  const says = new EventTarget()
  const told: string[] = []
  const tell = (text: string): void => {
    told.push(text)
    says.dispatchEvent(new Event('said'))
  }
  const updates = new RoutesUpdates({
    loader,
    table,
    gateway: { ports: [80], replaceRoutes },
    recorder,
    json,
    tell,
  })
  t.teardown(() => updates.close())
  /** What is told next. */
  const said = async (): Promise<string> => {
    if (told.length === 0) await once(says, 'said')
    return told.shift() as string
  }
  return { file, updates, used, recorder, said, told }
}

t.test(
  'files that are watched are taken over when they change; who is wrong is told, counted and not used',
  async (t) => {
    const { file, updates, used, recorder, said } = setUp(t)
    updates.watch()
    writeFileSync(file, 'b.test -> :1')
    t.equal(await said(), `railscale: ${file} is loaded again: 1 route, 1 added, 1 removed\n`)
    t.strictSame(used, ['b.test'])
    writeFileSync(file, 'b.test -> :x')
    t.match(
      await said(),
      `railscale: ${file} changed and is wrong; the routes of before stay\n${file}:1:11: error: `,
    )
    t.match(updates.standing, { generation: 2, lastReload: { outcome: 'bad', errors: 1 } })
    writeFileSync(file, 'b.test -> :1\nc.test -> :1')
    t.equal(await said(), `railscale: ${file} is right again: 2 routes, 1 added\n`)
    t.strictSame(used, ['b.test', 'b.test,c.test'])
    t.match(updates.standing, { names: [file], generation: 3, lastReload: { outcome: 'good', errors: 0 } })
    t.equal(updates.standing.table.routes.length, 2)
    t.strictSame(recorder.moments, [
      ...['1 routes loaded', '1 routes loaded', 'routes reloaded: good'],
      ...['routes reloaded: bad', '2 routes loaded', 'routes reloaded: good'],
    ])
  },
)

t.test('the recorder is told which routes and origins are in use', async (t) => {
  const { file, updates, recorder, said } = setUp(t)
  const told: RoutesInUse[] = []
  t.intercept(recorder, 'routesLoaded', { value: (routes: RoutesInUse) => void told.push(routes) })
  writeFileSync(file, 'b.test -> :2 name=b\nc.test -> :3')
  updates.reload()
  await said()
  const [routes] = told
  t.equal(routes?.count, 2)
  t.strictSame(
    ['a.test', 'b', 'b.test', 'c.test'].map((name) => routes?.hasRoute(name)),
    [false, true, false, true],
  )
  t.strictSame(
    ['localhost:1', 'localhost:2', 'localhost:3'].map((name) => routes?.hasOrigin(name)),
    [false, true, true],
  )
})

t.test('a change between the reading of the files and the watch is not missed', async (t) => {
  const { file, updates, said } = setUp(t)
  writeFileSync(file, 'b.test -> :1')
  updates.watch()
  t.match(await said(), '1 added, 1 removed')
})

t.test('without a watch they are read when somebody asks for it', async (t) => {
  const { file, updates, used, said } = setUp(t)
  updates.reload()
  t.equal(await said(), `railscale: ${file} has not changed: 1 route\n`)
  rmSync(file)
  updates.reload()
  t.match(
    await said(),
    `${file} changed and is wrong; the routes of before stay\n${file}: error: there is no such file`,
  )
  t.strictSame(used, ['a.test'])
})

t.test('programs are told in lines of JSON', async (t) => {
  const { file, updates, said } = setUp(t, true)
  updates.reload()
  t.match(JSON.parse(await said()), { event: 'reload', outcome: 'good', routes: 1, mistakes: [] })
  writeFileSync(file, 'x')
  updates.reload()
  t.match(JSON.parse(await said()), {
    event: 'reload',
    outcome: 'bad',
    routes: 1,
    mistakes: [{ file, line: 1 }],
  })
})

for (const json of [false, true]) {
  t.test(`a folder that cannot be watched is told ${json ? 'to programs' : 'to people'}`, (t) => {
    fakeWatchers(t)
    const folder = join(t.testdir({ full: { 'routes.txt': 'a.test -> :1' } }), 'full')
    const loader = new RoutesLoader({ routes: [join(folder, 'routes.txt')] }, {})
    const table = loader.compile().table as RouteTable
    const told: string[] = []
    const gateway = { ports: [80], replaceRoutes: () => undefined }
    const recorder = new MomentRecorder()
    const updates = new RoutesUpdates({
      loader,
      table,
      gateway,
      recorder,
      json,
      tell: (text) => told.push(text),
    })
    updates.watch()
    updates.close()
    if (json) t.match(JSON.parse(told[0] ?? ''), { event: 'watch', folder, code: 'ENOSPC' })
    else
      t.equal(
        told[0],
        `railscale: ${folder} cannot be watched (ENOSPC): the routes are looked at every 2 s\n`,
      )
    t.equal(told.length, 1)
    t.end()
  })
}

t.test('once they are closed nothing is read, nor watched', async (t) => {
  const watchers = fakeWatchers(t)
  const { file, updates, used, told, recorder } = setUp(t)
  updates.close()
  writeFileSync(file, 'b.test -> :1')
  updates.watch()
  updates.reload()
  for (let i = 0; i < 50; i++) await new Promise(setImmediate)
  t.strictSame([watchers.length, used, told, recorder.moments], [0, [], [], ['1 routes loaded']])
})
