import t, { type Test } from 'tap'
import { NameLookup, type Address } from '../../lib/upstream/name-lookup.js'

type Answer = (error: Error | null, addresses: Address[]) => void

/** A resolver that answers when the test says so. */
class Questions {
  readonly names: string[] = []
  readonly #open: Answer[] = []

  readonly ask = (name: string, done: Answer): void => {
    this.names.push(name)
    this.#open.push(done)
  }

  answer(...addresses: string[]): void {
    this.#open.shift()?.(null, addresses.map(v4))
  }

  fail(code: string): void {
    this.#open.shift()?.(Object.assign(new Error(`getaddrinfo ${code}`), { code }), [])
  }
}

const v4 = (address: string): Address => ({ address, family: 4 })
const hour = 3_600_000

function lookup(keepMs = hour): { names: NameLookup; questions: Questions } {
  const questions = new Questions()
  return { names: new NameLookup(keepMs, questions.ask), questions }
}

/** Looks `name` up for the first time, with this answer. */
async function known(names: NameLookup, questions: Questions, name: string, address: string): Promise<void> {
  const asked = names.addresses(name)
  questions.answer(address)
  await asked
}

/** Moves the clock of the process on by what `ahead` says at each look. */
function movedClock(t: Test): { ahead: number } {
  const moved = { ahead: 0 }
  const now = performance.now.bind(performance)
  t.intercept(performance, 'now', { value: () => now() + moved.ahead })
  return moved
}

for (const [host, addresses] of [
  ['127.0.0.1', [{ address: '127.0.0.1', family: 4 }]],
  ['::1', [{ address: '::1', family: 6 }]],
  ['[2001:db8::1]', [{ address: '2001:db8::1', family: 6 }]],
  [
    'localhost',
    [
      { address: '::1', family: 6 },
      { address: '127.0.0.1', family: 4 },
    ],
  ],
] as const) {
  t.test(`${host} is known at once, and nobody is asked`, (t) => {
    const { names, questions } = lookup(0)
    t.strictSame(names.addresses(host), addresses)
    t.strictSame(questions.names, [])
    t.end()
  })
}

t.test('a name is looked up once, and then known at once as long as answers are kept', async (t) => {
  const clock = movedClock(t)
  const { names, questions } = lookup(5_000)
  await known(names, questions, 'a.test', '192.0.2.1')
  t.strictSame(names.addresses('a.test'), [v4('192.0.2.1')])
  clock.ahead = 4_000
  t.strictSame(names.addresses('a.test'), [v4('192.0.2.1')])
  t.strictSame(questions.names, ['a.test'])
  clock.ahead = 5_001
  const again = names.addresses('a.test')
  questions.answer('192.0.2.2')
  t.strictSame(await again, [v4('192.0.2.2')])
  t.strictSame(questions.names, ['a.test', 'a.test'])
})

t.test(
  'who asks for a name while it is looked up gets the same answer, and names do not wait for each other',
  async (t) => {
    const { names, questions } = lookup(0)
    const asked = [names.addresses('a.test'), names.addresses('b.test'), names.addresses('a.test')]
    t.strictSame(questions.names, ['a.test', 'b.test'])
    questions.answer('192.0.2.1')
    questions.answer('192.0.2.2')
    t.strictSame(await Promise.all(asked.map((one) => Promise.resolve(one))), [
      [v4('192.0.2.1')],
      [v4('192.0.2.2')],
      [v4('192.0.2.1')],
    ])
    void names.addresses('a.test')
    t.equal(questions.names.length, 3, 'the next question is asked anew')
  },
)

t.test(
  'a name that does not resolve fails for all who wait, and is asked for again by the next',
  async (t) => {
    const { names, questions } = lookup()
    const asked = [names.addresses('a.test'), names.addresses('a.test')].map((one) =>
      t.rejects(Promise.resolve(one), { code: 'ENOTFOUND' }),
    )
    questions.fail('ENOTFOUND')
    await Promise.all(asked)
    await known(names, questions, 'a.test', '192.0.2.1')
    t.strictSame(questions.names, ['a.test', 'a.test'])
  },
)

t.test('a name without addresses fails', async (t) => {
  const { names, questions } = lookup()
  const asked = names.addresses('a.test')
  questions.answer()
  await t.rejects(Promise.resolve(asked), { message: 'no address' })
})

t.test('an old answer is better than none, and is kept for another while', async (t) => {
  for (const failure of ['EAI_AGAIN', 'no address']) {
    await t.test(failure, async (t) => {
      const clock = movedClock(t)
      const { names, questions } = lookup(5_000)
      await known(names, questions, 'a.test', '192.0.2.1')
      clock.ahead += 6_000
      const stale = names.addresses('a.test')
      if (failure === 'no address') questions.answer()
      else questions.fail(failure)
      t.strictSame(await stale, [v4('192.0.2.1')])
      clock.ahead += 4_000
      t.strictSame(
        names.addresses('a.test'),
        [v4('192.0.2.1')],
        'a failing resolver is not asked for each dial',
      )
      clock.ahead += 2_000
      const fresh = names.addresses('a.test')
      questions.answer('192.0.2.2')
      t.strictSame(await fresh, [v4('192.0.2.2')])
    })
  }
})

t.test('a resolver that answers or throws before it returns leaves no question open', async (t) => {
  let asked = 0
  const names = new NameLookup(0, (_name, done) => {
    if (asked++ === 0) throw new TypeError('not a name')
    done(null, [v4('192.0.2.1')])
  })
  await t.rejects(Promise.resolve(names.addresses('a.test')), { message: 'not a name' })
  t.strictSame(await names.addresses('a.test'), [v4('192.0.2.1')])
  t.strictSame(await names.addresses('a.test'), [v4('192.0.2.1')])
  t.equal(asked, 3)
})

t.test(
  'no more than 1000 names are remembered: the one that was answered longest ago is forgotten',
  async (t) => {
    const { names, questions } = lookup()
    for (let i = 0; i <= 1_000; i++) await known(names, questions, `${i}.test`, '192.0.2.1')
    t.strictSame(names.addresses('1.test'), [v4('192.0.2.1')])
    t.ok(names.addresses('0.test') instanceof Promise)
    t.equal(questions.names.at(-1), '0.test')
  },
)

t.test('the system is asked for all addresses of a name', async (t) => {
  // In capitals localhost is a name like others; every system knows it.
  const found = await new NameLookup(0).addresses('LOCALHOST')
  t.ok(found.length > 0)
  for (const { address, family } of found) {
    t.match(address, family === 4 ? /^127\./ : /^::1$/)
  }
})

t.test('names are counted while they are asked for, each once, until an answer or a failure', async (t) => {
  const { names, questions } = lookup()
  const asked = [names.addresses('a.test'), names.addresses('a.test'), names.addresses('b.test')]
  t.equal(names.underWay, 2)
  questions.answer('192.0.2.1')
  await asked[0]
  t.equal(names.underWay, 1)
  questions.fail('ENOTFOUND')
  await t.rejects(Promise.resolve(asked[2]), { code: 'ENOTFOUND' })
  t.equal(names.underWay, 0)
  void names.addresses('192.0.2.1')
  t.equal(names.underWay, 0)
})
