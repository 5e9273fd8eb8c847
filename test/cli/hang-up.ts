import tty from 'node:tty'
import t, { type Test } from 'tap'
import { HangUp } from '../../lib/cli/hang-up.js'

/** A process whose descriptors are terminals as a test says, and whose timers run out when it says so. */
function setUp(t: Test, terminals: readonly number[]) {
  const open = new Set(terminals)
  t.intercept(tty, 'isatty', { value: (descriptor: number) => open.has(descriptor) })
  const timers = new Set<{ run: () => void }>()
  t.intercept(globalThis, 'setTimeout', {
    value: (run: () => void) => {
      const timer = { run, unref: () => t.pass('it keeps no process alive') }
      timers.add(timer)
      return timer
    },
  })
  t.intercept(globalThis, 'clearTimeout', { value: (timer: { run: () => void }) => timers.delete(timer) })
  const told: string[] = []
  const hangUp = new HangUp({ gone: () => told.push('gone'), asked: () => told.push('asked') })
  const later = (): void => timers.forEach(({ run }) => run())
  return { hangUp, told, open, timers, later }
}

for (const terminals of [[], [0], [2], [0, 1, 2]]) {
  t.test(`with terminals on ${terminals.join() || 'nothing'} that stay, somebody asks for something`, (t) => {
    const { hangUp, told, later } = setUp(t, terminals)
    hangUp.signalled()
    later()
    hangUp.signalled()
    t.strictSame(told, ['asked', 'asked'])
    t.end()
  })
}

for (const [terminals, gone] of [
  [
    [0, 1, 2],
    [0, 1, 2],
  ],
  [[2], [2]],
  [[1], [1]],
] as const) {
  t.test(`where the terminal on ${terminals.join()} is gone it was that, told once`, (t) => {
    const { hangUp, told, open, later } = setUp(t, terminals)
    for (const descriptor of gone) open.delete(descriptor)
    hangUp.signalled()
    hangUp.signalled()
    later()
    t.strictSame(told, ['gone'])
    t.end()
  })
}

t.test('who has a terminal to read from only has prepared for the time after it', (t) => {
  const { hangUp, told, open } = setUp(t, [0])
  open.clear()
  hangUp.signalled()
  t.strictSame(told, ['asked'])
  t.end()
})

t.test('a shell may send the signal a moment before its terminal goes', (t) => {
  const { hangUp, told, open, later } = setUp(t, [0, 1, 2])
  hangUp.signalled()
  t.strictSame(told, ['asked'])
  open.clear()
  later()
  t.strictSame(told, ['asked', 'gone'])
  t.end()
})

t.test('once it is closed nothing is looked at any more', (t) => {
  const { hangUp, timers } = setUp(t, [2])
  hangUp.signalled()
  hangUp.signalled()
  t.equal(timers.size, 1)
  hangUp.close()
  t.equal(timers.size, 0)
  t.end()
})
