import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { soon } from '../../fixtures/exchanges.js'
import { fakeWatchers } from '../../fixtures/fake-watchers.js'
import { RoutesWatch } from '../../lib/cli/routes-watch.js'

/** A timer that was set, at a time of the test's. */
interface Timer {
  readonly at: number
  readonly run: () => void
}

/** Time that passes when the test says so, for timers of one at a time. */
class Time {
  now = 10_000
  readonly #timers = new Set<Timer>()

  constructor(t: Test) {
    t.intercept(performance, 'now', { value: () => this.now })
    t.intercept(globalThis, 'setTimeout', {
      value: (run: () => void, ms: number) => {
        const timer = { at: this.now + ms, run, unref: () => t.pass('it keeps no process alive') }
        this.#timers.add(timer)
        return timer
      },
    })
    t.intercept(globalThis, 'clearTimeout', { value: (timer: Timer) => this.#timers.delete(timer) })
  }

  /** Milliseconds until the only timer runs out; undefined if none is set. */
  get left(): number | undefined {
    const [timer, ...others] = this.#timers
    if (others.length > 0) throw new Error('there is more than one timer')
    return timer && timer.at - this.now
  }

  pass(ms: number): void {
    this.now += ms
    for (const timer of this.#timers) {
      if (timer.at > this.now) continue
      this.#timers.delete(timer)
      timer.run()
    }
  }
}

/** A watch of files in a folder, and what is told of it. */
function setUp(t: Test, ...names: readonly string[]) {
  const watchers = fakeWatchers(t)
  const folder = t.testdir({ file: 'a', elsewhere: { file: 'b' }, full: {} })
  const paths: string[] = names.map((name) => join(folder, name))
  const time = new Time(t)
  // Of files that were written long ago nothing is left to wonder about.
  const ages = { minutes: 60 }
  const realNow = Date.now
  t.intercept(Date, 'now', { value: () => realNow() + ages.minutes * 60_000 })
  const told: string[] = []
  const watch = new RoutesWatch({
    paths,
    changed: () => told.push('changed'),
    silent: (silent, code) => told.push(`${silent} ${code}`),
  })
  t.teardown(() => watch.close())
  /** What has been told when the look that goes on has ended. */
  const looked = async (): Promise<readonly string[]> => {
    await soon(() => told.length > 0 || time.left !== undefined)
    return told.splice(0, 1)
  }
  const change = (): void => writeFileSync(join(folder, 'file'), `${Math.random()}`)
  return { folder, paths, watch, watchers, time, ages, looked, change }
}

/** The watch of one file, after the look that finds what was not known yet. */
async function watching(t: Test) {
  const stand = setUp(t, 'file')
  stand.watch.resume()
  t.strictSame(await stand.looked(), ['changed'], 'something may have happened since the files were read')
  t.equal(stand.time.left, undefined, 'it rests')
  stand.watch.resume()
  t.strictSame(await stand.looked(), [])
  return stand
}

t.test('a sign is followed when no other has come for 50 ms', async (t) => {
  const { watchers, time, looked, change } = await watching(t)
  change()
  watchers[0]?.sign()
  t.equal(time.left, 50)
  time.pass(40)
  watchers[0]?.sign()
  t.equal(time.left, 50)
  time.pass(50)
  t.strictSame(await looked(), ['changed'])
})

t.test('signs that do not end are followed after a second', async (t) => {
  const { watchers, time, looked, change } = await watching(t)
  change()
  const begun = time.now
  watchers[0]?.sign()
  for (let i = 0; i < 100 && time.left === 50; i++) {
    time.pass(40)
    watchers[0]?.sign()
  }
  t.equal(time.now + (time.left ?? 0), begun + 1_000)
  time.pass(time.left ?? 0)
  t.strictSame(await looked(), ['changed'])
})

t.test('a sign of something else changes nothing, and it goes on', async (t) => {
  const { watchers, time, looked, change } = await watching(t)
  watchers[0]?.sign()
  time.pass(50)
  t.strictSame(await looked(), [])
  t.equal(time.left, 2_000)
  change()
  watchers[0]?.sign()
  time.pass(50)
  t.strictSame(await looked(), ['changed'])
})

t.test('without a sign it looks every two seconds', async (t) => {
  const { time, looked, change } = await watching(t)
  for (let i = 0; i < 3; i++) {
    t.equal(time.left, 2_000)
    time.pass(2_000)
    t.strictSame(await looked(), [])
  }
  change()
  time.pass(2_000)
  t.strictSame(await looked(), ['changed'])
})

t.test('what was written a moment ago is told again after two seconds, and not at once', async (t) => {
  const stand = await watching(t)
  stand.change()
  stand.ages.minutes = 0
  stand.watchers[0]?.sign()
  stand.time.pass(50)
  t.strictSame(await stand.looked(), ['changed'])
  stand.watch.resume()
  t.strictSame(await stand.looked(), [])
  stand.time.pass(2_000)
  t.strictSame(await stand.looked(), ['changed'], 'a second change in the same moment would not show')
  stand.ages.minutes = 60
  stand.watch.resume()
  t.strictSame(await stand.looked(), [])
  stand.time.pass(2_000)
  t.strictSame(await stand.looked(), [], 'and not for ever')
})

t.test('while it rests signs are not followed; after that it looks at once', async (t) => {
  const { watch, watchers, time, looked, change } = await watching(t)
  change()
  watchers[0]?.sign()
  time.pass(50)
  t.strictSame(await looked(), ['changed'])
  change()
  watchers[0]?.sign()
  t.equal(time.left, undefined)
  watch.resume()
  t.strictSame(await looked(), ['changed'])
})

for (const how of ['sign', 'resume'] as const) {
  t.test(`a ${how} that comes while it looks is followed after that`, async (t) => {
    const { watch, watchers, time, looked } = await watching(t)
    watchers[0]?.sign()
    time.pass(50)
    if (how === 'sign') watchers[0]?.sign()
    else watch.resume()
    t.strictSame(await looked(), [])
    t.equal(time.left, 50)
  })
}

t.test(
  'folders of the files are watched, and those that links lead to; what is not asked for any more is left',
  async (t) => {
    const { folder, paths, watch, watchers, looked } = setUp(t, 'file', '*.txt', 'link')
    symlinkSync('elsewhere/file', join(folder, 'link'))
    watch.resume()
    await looked()
    t.strictSame(
      watchers.map((one) => one.folder),
      [folder, join(folder, 'elsewhere')],
    )
    paths.length = 1
    watch.resume()
    await looked()
    t.strictSame(
      watchers.map(({ closed }) => closed),
      [false, true],
    )
  },
)

t.test(
  'a folder that gives no signs is told once, of the first, and is looked at all the same',
  async (t) => {
    const { folder, watch, time, looked } = setUp(t, 'full/file', 'none/file', 'file')
    watch.resume()
    t.strictSame(await looked(), [`${join(folder, 'full')} ENOSPC`])
    t.strictSame(await looked(), ['changed'])
    watch.resume()
    t.strictSame(await looked(), [], 'said once')
    mkdirSync(join(folder, 'none'))
    writeFileSync(join(folder, 'none', 'file'), '')
    time.pass(2_000)
    t.strictSame(await looked(), ['changed'])
  },
)

t.test('where there are no files nothing is watched, nor looked at', async (t) => {
  const { watch, watchers, time, looked } = setUp(t)
  watch.resume()
  t.strictSame(await looked(), [])
  t.strictSame([watchers.length, time.left], [0, undefined])
})

t.test('once it is closed there are no watchers and no timers, and nothing is told', async (t) => {
  const { folder, watch, watchers, time, looked } = await watching(t)
  watchers[0]?.sign()
  rmSync(join(folder, 'file'))
  watch.close()
  t.strictSame([watchers[0]?.closed, time.left], [true, undefined])
  watchers[0]?.sign()
  watch.resume()
  t.strictSame(await looked(), [])
  t.strictSame([watchers.length, time.left], [1, undefined])
})

t.test('a look that goes on when it is closed tells nothing', async (t) => {
  const { watch, watchers, time, looked, change } = await watching(t)
  change()
  watchers[0]?.sign()
  time.pass(50)
  watch.close()
  t.strictSame(await looked(), [])
  t.equal(time.left, undefined)
})
