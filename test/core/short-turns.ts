import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { ShortTurns, type LateWork } from '../../lib/core/short-turns.js'

/** Work that writes down in `done` when it is done: at once, or when it goes on. */
class Work implements LateWork {
  readonly workload: LateWork['workload']
  readonly #done: string[]
  readonly #name: string

  constructor(name: string, workload: LateWork['workload'], done: string[]) {
    this.workload = workload
    this.#done = done
    this.#name = name
  }

  goOn(): void {
    this.#done.push(this.#name)
  }
}

function bench() {
  const turns = new ShortTurns()
  const done: string[] = []
  /** Asks whether so much may be done; what may not goes on later. */
  const ask = (count: number, workload: LateWork['workload'], name: string = workload): Work[] =>
    Array.from({ length: count }, (_, i) => {
      const work = new Work(`${name} ${i}`, workload, done)
      if (turns.mayDo(work)) work.goOn()
      return work
    })
  /** So many turns in each of which a client was accepted. */
  const accepting = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      turns.accepted()
      await turn()
    }
  }
  return { turns, done, ask, accepting }
}

t.test('as long as nobody is accepted, or only now and then, all may be done at once', async (t) => {
  const { done, ask, accepting } = bench()
  ask(500, 'little')
  t.equal(done.length, 500)
  await accepting(1)
  ask(500, 'much')
  await turn()
  await accepting(1)
  ask(500, 'little')
  t.equal(done.length, 1_500)
})

t.test('while clients are accepted in turn after turn, a turn does eight little things', async (t) => {
  const { done, ask, accepting } = bench()
  await accepting(2)
  ask(20, 'little')
  t.equal(done.length, 8)
  await accepting(1)
  t.equal(done.length, 16)
  await accepting(1)
  t.strictSame(
    done,
    Array.from({ length: 20 }, (_, i) => `little ${i}`),
    'in order',
  )
})

t.test('what comes behind work that waits, waits too', async (t) => {
  const { done, ask, accepting } = bench()
  await accepting(2)
  ask(9, 'little', 'first')
  await accepting(1)
  t.equal(done.length, 9)
  ask(8, 'little', 'second')
  t.equal(done.at(-1), 'second 6', 'there was room for seven more')
  ask(1, 'little', 'third')
  await accepting(1)
  t.strictSame(done.slice(-2), ['second 7', 'third 0'])
})

t.test('large work goes on beside little work, and neither keeps the other waiting for long', async (t) => {
  const { done, ask, accepting } = bench()
  await accepting(2)
  ask(40, 'much')
  t.equal(done.length, 2, 'two large things are a turn')
  ask(40, 'little')
  t.equal(done.length, 2)
  await accepting(1)
  t.strictSame(done.slice(2), ['little 0', 'little 1', 'little 2', 'little 3', 'much 2'])
})

t.test('once no more clients come, what waits goes on in larger portions, to the last', async (t) => {
  const { done, ask, accepting } = bench()
  await accepting(2)
  ask(200, 'little')
  t.equal(done.length, 8)
  await turn()
  t.equal(done.length, 8 + 64)
  ask(1, 'little', 'new')
  t.equal(done.at(-1), 'new 0', 'nothing new has to wait')
  for (let i = 0; i < 2; i++) await turn()
  t.equal(done.length, 201)
})

t.test('what was forgotten does not go on', async (t) => {
  const { turns, done, ask, accepting } = bench()
  await accepting(2)
  const [, gone] = ask(10, 'little').slice(-2)
  turns.forget(gone as Work)
  await turn()
  await turn()
  t.equal(done.length, 9)
})
