import t from 'tap'
import { CoarseClock } from '../../lib/core/coarse-clock.js'
import { IdlePool, type Poolable } from '../../lib/upstream/idle-pool.js'

class Thing implements Poolable {
  idleUntil = 0
  idleSince = 0
  destroyed = 0
  readonly name: string

  constructor(name: string) {
    this.name = name
  }

  destroy(): void {
    this.destroyed++
  }
}

const start = 10_000

/** A pool on a clock that only the test moves. */
function setUp({ maxPerKey = 10, maxTotal = 100 } = {}) {
  const clock = new CoarseClock()
  clock.stop()
  clock.now = start
  const pool = new IdlePool<Thing>(clock, { maxPerKey, maxTotal })
  const give = (key: string, name: string, keepMs = 4_000): Thing => {
    const thing = new Thing(name)
    pool.give(key, thing, keepMs)
    return thing
  }
  return { clock, pool, give }
}

t.test('what was given last is taken first, each once', (t) => {
  const { pool, give } = setUp()
  const given = ['a', 'b', 'c'].map((name) => give('o', name))
  t.equal(pool.size, 3)
  for (const thing of given.toReversed()) t.equal(pool.take('o', 4_000), thing)
  t.equal(pool.take('o', 4_000), undefined)
  t.equal(pool.size, 0)
  t.strictSame(
    given.map(({ destroyed }) => destroyed),
    [0, 0, 0],
  )
  t.end()
})

t.test('keys share nothing', (t) => {
  const { pool, give } = setUp()
  const a = give('a', '1')
  t.equal(pool.take('b', 4_000), undefined)
  t.equal(pool.take('a', 4_000), a)
  t.end()
})

t.test('a taken thing can be given back', (t) => {
  const { clock, pool, give } = setUp()
  const thing = give('o', 'a')
  clock.tick(start + 3_000)
  t.equal(pool.take('o', 4_000), thing)
  pool.give('o', thing, 4_000)
  clock.tick(start + 6_000)
  t.equal(pool.take('o', 4_000), thing, 'its time began anew')
  t.end()
})

for (const [idleMs, maxIdleMs, taken] of [
  [1_000, 1_000, true],
  [1_100, 1_000, false],
  [3_900, 4_000, true],
  [4_000, 4_000, false],
] as const) {
  t.test(`idle for ${idleMs} ms of 4000, for a request that asks for at most ${maxIdleMs}: ${taken}`, (t) => {
    const { clock, pool, give } = setUp()
    const thing = give('o', 'a')
    clock.now = start + idleMs
    t.equal(pool.take('o', maxIdleMs), taken ? thing : undefined)
    t.equal(pool.size, taken ? 0 : 1, 'what is not taken stays for others, and until its time')
    t.end()
  })
}

t.test('a request that must not be repeated takes the newest or none', (t) => {
  const { clock, pool, give } = setUp()
  const old = give('o', 'old')
  clock.now += 1_500
  t.equal(pool.take('o', 1_000), undefined)
  const fresh = give('o', 'fresh')
  t.equal(pool.take('o', 1_000), fresh)
  t.equal(pool.take('o', 4_000), old)
  t.end()
})

for (const keepMs of [0, -1_000]) {
  t.test(`a thing that may be kept for ${keepMs} ms is destroyed at once`, (t) => {
    const { pool, give } = setUp()
    t.equal(give('o', 'a', keepMs).destroyed, 1)
    t.equal(pool.size, 0)
    t.end()
  })
}

t.test('what has lain too long is destroyed by the clock, a second after its time at the latest', (t) => {
  const { clock, pool, give } = setUp()
  const early = give('a', 'early', 1_500)
  const late = give('a', 'late', 4_000)
  const other = give('b', 'other', 1_500)
  for (let ms = 100; ms < 1_500; ms += 100) clock.tick(start + ms)
  t.equal(pool.size, 3)
  for (let ms = 1_500; ms <= 2_500; ms += 100) clock.tick(start + ms)
  t.strictSame([early.destroyed, late.destroyed, other.destroyed], [1, 0, 1])
  t.equal(pool.size, 1)
  for (let ms = 2_600; ms <= 5_000; ms += 100) clock.tick(start + ms)
  t.equal(late.destroyed, 1)
  t.equal(pool.size, 0)
  t.equal(pool.at, Infinity, 'an empty pool waits for nothing')
  const next = give('a', 'next')
  clock.tick(start + 10_000)
  t.equal(next.destroyed, 1, 'and begins to wait anew')
  t.end()
})

t.test('things that are given all the time do not put off the end of one that has lain too long', (t) => {
  const { clock, give } = setUp()
  const thing = give('a', 'early', 1_000)
  for (let ms = 100; ms <= 2_000; ms += 100) {
    clock.tick(start + ms)
    give('b', 'later')
  }
  t.equal(thing.destroyed, 1)
  t.end()
})

t.test('what a key has beyond its bound goes, oldest first, once nobody has wanted it for a second', (t) => {
  const { clock, pool, give } = setUp({ maxPerKey: 2 })
  const given = ['a', 'b', 'c', 'd'].map((name) => give('o', name))
  const other = give('p', 'other')
  const destroyed = (): number[] => [...given, other].map((thing) => thing.destroyed)
  t.strictSame(destroyed(), [0, 0, 0, 0, 0], 'under load they are wanted again at once')
  const wanted = pool.take('o', 4_000)
  clock.tick(start + 900)
  t.strictSame(destroyed(), [0, 0, 0, 0, 0])
  clock.tick(start + 1_000)
  t.strictSame(destroyed(), [1, 0, 0, 0, 0])
  t.equal(wanted, given[3])
  t.equal(pool.take('o', 4_000), given[2])
  t.equal(pool.take('o', 4_000), given[1])
  t.end()
})

t.test('beyond the bound of all the oldest of the key makes room', (t) => {
  const { pool, give } = setUp({ maxTotal: 2 })
  const given = [give('o', 'a'), give('p', 'b'), give('o', 'c')]
  t.strictSame(
    given.map(({ destroyed }) => destroyed),
    [1, 0, 0],
  )
  t.equal(pool.size, 2)
  t.equal(pool.take('o', 4_000), given[2])
  t.end()
})

t.test('beyond the bound of all a key that has nothing else gets no room', (t) => {
  const { clock, pool, give } = setUp({ maxTotal: 2 })
  const given = [give('o', 'a'), give('o', 'b'), give('p', 'c')]
  t.strictSame(
    given.map(({ destroyed }) => destroyed),
    [0, 0, 1],
  )
  t.equal(pool.size, 2)
  t.equal(pool.take('p', 4_000), undefined)
  clock.tick(start + 10_000)
  t.strictSame(
    given.map(({ destroyed }) => destroyed),
    [1, 1, 1],
  )
  t.end()
})

t.test('a thing that ended while it lay here is forgotten and not taken', (t) => {
  const { pool, give } = setUp()
  const [a, b, c] = [give('o', 'a'), give('o', 'b'), give('o', 'c')]
  pool.remove('o', b)
  pool.remove('o', b)
  pool.remove('p', a)
  pool.remove('o', new Thing('stranger'))
  t.equal(pool.size, 2)
  t.equal(b.destroyed, 0, 'whoever removes it has ended it')
  t.equal(pool.take('o', 4_000), c)
  t.equal(pool.take('o', 4_000), a)
  t.end()
})

t.test('it knows how many lie under a key, and how many in all', (t) => {
  const { clock, pool, give } = setUp()
  t.equal(pool.count('o'), 0)
  give('o', 'a')
  give('o', 'b', 500)
  give('p', 'c')
  t.same([pool.count('o'), pool.count('p'), pool.count('q')], [2, 1, 0])
  clock.tick(start + 1_000)
  t.equal(pool.count('o'), 1, 'what has lain too long is gone')
  pool.take('o', 4_000)
  t.equal(pool.count('o'), 0)
  pool.clear()
  t.equal(pool.count('p'), 0)
  t.end()
})

t.test('the one that has lain longest under a key can be put out, and no other key loses one', (t) => {
  const { pool, give } = setUp()
  const given = [give('o', 'a'), give('p', 'b'), give('o', 'c')]
  const destroyed = (): number[] => given.map((thing) => thing.destroyed)
  t.equal(pool.evict('o'), true)
  t.same([destroyed(), pool.size], [[1, 0, 0], 2])
  t.equal(pool.evict('o'), true)
  t.same([destroyed(), pool.size], [[1, 0, 1], 1])
  t.same([pool.evict('o'), pool.evict('q')], [false, false], 'there is none')
  t.same([destroyed(), pool.size], [[1, 0, 1], 1])
  t.equal(pool.take('p', 4_000), given[1])
  t.end()
})

t.test('what lies under keys that nobody will ask for again can be put out', (t) => {
  const { clock, pool, give } = setUp()
  const given = [give('o', 'a'), give('o', 'b'), give('p', 'c'), give('q', 'd')]
  const destroyed = (): number[] => given.map((thing) => thing.destroyed)
  pool.retain(new Set(['p', 'q', 'r']))
  t.same([destroyed(), pool.size, pool.count('o')], [[1, 1, 0, 0], 2, 0])
  t.equal(pool.take('p', 4_000), given[2])
  const again = give('o', 'e')
  t.equal(pool.take('o', 4_000), again, 'what is given later is kept as ever')
  clock.tick(start + 10_000)
  t.same([destroyed(), pool.size], [[1, 1, 0, 1], 0])
  t.end()
})

t.test('a key that was emptied takes things again', (t) => {
  const { clock, pool, give } = setUp()
  give('o', 'a')
  pool.evict('o')
  clock.tick(start + 1_000)
  const next = give('o', 'b')
  t.equal(pool.count('o'), 1)
  clock.tick(start + 10_000)
  t.same([next.destroyed, pool.size], [1, 0])
  t.end()
})

t.test('a thing that was taken is not removed', (t) => {
  const { pool, give } = setUp()
  const thing = give('o', 'a')
  pool.take('o', 4_000)
  pool.remove('o', thing)
  t.equal(pool.size, 0)
  t.end()
})

for (const how of ['clear', 'close', 'retain'] as const) {
  t.test(`${how} destroys all, each once, also where a destroyed thing removes itself`, (t) => {
    const { clock, pool } = setUp()
    class Removing extends Thing {
      override destroy(): void {
        super.destroy()
        pool.remove(this.name, this)
      }
    }
    const things = ['o', 'o', 'o', 'p'].map((key) => new Removing(key))
    for (const thing of things) pool.give(thing.name, thing, 4_000)
    pool[how](new Set<string>())
    t.strictSame(
      things.map(({ destroyed }) => destroyed),
      [1, 1, 1, 1],
    )
    t.equal(pool.size, 0)
    t.equal(pool.take('o', 4_000), undefined)
    clock.tick(start + 10_000)
    t.equal(pool.size, 0)
    t.end()
  })
}

t.test('a cleared pool goes on, a closed one keeps nothing and is no longer watched', (t) => {
  const { clock, pool, give } = setUp()
  t.equal(clock.watched, 1)
  pool.clear()
  t.equal(pool.take('o', 4_000), undefined)
  t.equal(give('o', 'a').destroyed, 0)
  pool.close()
  t.equal(clock.watched, 0)
  t.equal(give('o', 'b').destroyed, 1)
  t.equal(pool.size, 0)
  t.end()
})

t.test('whatever is given, taken and removed, the size and the bounds hold', (t) => {
  const seed = Date.now() % 100_000
  t.comment(`seed ${seed}`)
  let state = seed
  const random = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return Math.floor((state / 2 ** 31) * below)
  }
  const { clock, pool } = setUp({ maxPerKey: 3, maxTotal: 7 })
  const keys = ['a', 'b', 'c', 'd']
  const lying = new Map<Thing, string>()
  const forgetDestroyed = (): void => {
    for (const thing of lying.keys()) if (thing.destroyed > 0) lying.delete(thing)
  }
  for (let step = 0; step < 5_000; step++) {
    const key = keys[random(keys.length)] as string
    const what = random(10)
    if (what < 5) {
      const thing = new Thing(key)
      lying.set(thing, key)
      pool.give(key, thing, random(5) * 1_000)
    } else if (what < 7) {
      const taken = pool.take(key, 2_000)
      if (taken !== undefined && !(lying.delete(taken) && taken.name === key && taken.destroyed === 0))
        t.fail('it took what was not there')
    } else if (what < 8) {
      const [thing] = [...lying.keys()].filter(({ name }) => name === key)
      if (thing !== undefined && lying.delete(thing)) pool.remove(key, thing)
    } else {
      clock.tick(clock.now + random(500))
    }
    forgetDestroyed()
    if (pool.size !== lying.size || pool.size > 7)
      t.fail(`step ${step}: size ${pool.size}, lying ${lying.size}`)
  }
  for (const key of keys) for (let i = 0; i < 7; i++) pool.give(key, new Thing(key), 60_000)
  for (let ms = 0; ms < 2_500; ms += 100) clock.tick(clock.now + 100)
  for (const key of keys) {
    let ofKey = 0
    while (pool.take(key, 60_000) !== undefined) ofKey++
    t.ok(ofKey <= 3, `${ofKey} of one key`)
  }
  clock.tick(clock.now + 70_000)
  t.equal(pool.size, 0)
  t.end()
})
