import t, { type Test } from 'tap'
import { watchParent } from '../../lib/cli/parent-watch.js'

const npm = { npm_lifecycle_event: 'npx' }

/** A watch whose timer runs out, and whose parent is another, when the test says so. */
function watch(t: Test, environment: NodeJS.ProcessEnv) {
  const timers = new Map<object, () => void>()
  t.intercept(globalThis, 'setInterval', {
    value: (run: () => void, ms: number) => {
      t.ok(ms < 2_000, 'a port is free again within 2 s')
      const timer = { unref: () => t.pass('it keeps no process alive') }
      timers.set(timer, run)
      return timer
    },
  })
  t.intercept(globalThis, 'clearInterval', { value: (timer: object) => timers.delete(timer) })
  const parent = (pid: number): void => void t.intercept(process, 'ppid', { value: pid })
  parent(4_000)
  const seen = { gone: 0 }
  const unwatch = watchParent(environment, () => seen.gone++)
  const look = (): void => timers.forEach((run) => run())
  return { seen, look, parent, unwatch, timers }
}

t.test('a process that npx started is told when its parent has ended, once', (t) => {
  const { seen, look, parent, timers } = watch(t, npm)
  look()
  look()
  t.equal(seen.gone, 0)
  parent(1)
  look()
  t.equal(seen.gone, 1)
  t.equal(timers.size, 0)
  t.end()
})

t.test('a process that something else started watches no parent (nohup)', (t) => {
  const { timers, unwatch } = watch(t, { npm_config_x: '1' })
  t.equal(timers.size, 0)
  unwatch()
  t.end()
})

t.test('a watch that was ended tells nothing', (t) => {
  const { timers, unwatch } = watch(t, npm)
  t.equal(timers.size, 1)
  unwatch()
  t.equal(timers.size, 0)
  t.end()
})
