import { once } from 'node:events'
import tty from 'node:tty'
import t from 'tap'
import { builtCommand, CliProcess } from '../../fixtures/routes/cli-process.js'
import { connectRaw } from '../../fixtures/peers/raw-peer.js'
import { processTerminal } from '../../lib/cli/terminal.js'
import { openFilesLimit } from '../../lib/gateway/descriptor-limit.js'

const serve = ['serve', '--route', 'none.test -> :1', '--listen', '127.0.0.1:0', '--log', 'json']

t.test('the terminal of this process is its streams and its environment', (t) => {
  const terminal = processTerminal()
  t.equal(terminal.stdout, process.stdout)
  t.equal(terminal.stderr, process.stderr)
  t.equal(terminal.environment, process.env)
  t.equal(terminal.openFiles, openFilesLimit())
  t.end()
})

function setNoColor(value: string | undefined): void {
  if (value === undefined) delete process.env['NO_COLOR']
  else process.env['NO_COLOR'] = value
}

for (const [isTTY, NO_COLOR, colours] of [
  [true, undefined, true],
  [true, '', true],
  [true, '1', false],
  [false, undefined, false],
] as const) {
  t.test(`colours with a terminal: ${isTTY}, NO_COLOR: ${NO_COLOR}`, (t) => {
    t.intercept(process.stderr, 'isTTY', { value: isTTY })
    const before = process.env['NO_COLOR']
    t.teardown(() => setNoColor(before))
    setNoColor(NO_COLOR)
    const terminal = processTerminal()
    t.equal(terminal.interactive, isTTY)
    t.equal(terminal.colours, colours)
    t.end()
  })
}

t.test('help is as wide as the terminal, or 100 columns where there is none', (t) => {
  t.intercept(process.stdout, 'isTTY', { value: false })
  t.equal(processTerminal().columns, 100)
  t.intercept(process.stdout, 'isTTY', { value: true })
  t.intercept(process.stdout, 'columns', { value: 77 })
  t.equal(processTerminal().columns, 77)
  t.end()
})

t.test('signals are told until they are wanted no more, and SIGUSR1 is taken', (t) => {
  const names = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR1'] as const
  const counts = (): number[] => names.map((name) => process.listenerCount(name))
  const before = counts()
  const told: string[] = []
  const ignoreSignals = processTerminal().onSignal((signal) => told.push(signal))
  t.strictSame(
    counts(),
    before.map((count) => count + 1),
  )
  for (const name of names) process.listeners(name).at(-1)?.(name)
  t.strictSame(told, ['SIGTERM', 'SIGINT', 'SIGHUP'])
  ignoreSignals()
  t.strictSame(counts(), before)
  t.end()
})

for (const [first, expected] of [
  ['a parent that is gone', ['SIGTERM']],
  ['SIGINT for the whole group, of which the parent dies as well', ['SIGINT']],
] as const) {
  t.test(`under npx ${first} is one signal, not two: exchanges in flight are finished`, (t) => {
    const before = process.env['npm_lifecycle_event']
    t.teardown(() => {
      if (before === undefined) delete process.env['npm_lifecycle_event']
      else process.env['npm_lifecycle_event'] = before
    })
    process.env['npm_lifecycle_event'] = 'npx'
    const looks = new Set<() => void>()
    t.intercept(globalThis, 'setInterval', {
      value: (run: () => void) => {
        looks.add(run)
        return { run, unref: () => undefined }
      },
    })
    t.intercept(globalThis, 'clearInterval', { value: ({ run }: { run: () => void }) => looks.delete(run) })
    const told: string[] = []
    t.teardown(processTerminal().onSignal((signal) => told.push(signal)))
    if (expected[0] === 'SIGINT') process.listeners('SIGINT').at(-1)?.('SIGINT')
    t.intercept(process, 'ppid', { value: 1 })
    for (const look of looks) look()
    t.strictSame(told, expected)
    t.end()
  })
}

t.test('SIGHUP of a terminal that is gone is told as SIGTERM, and the parent is not waited for', (t) => {
  const gone = new Set<number>()
  t.intercept(tty, 'isatty', { value: (descriptor: number) => !gone.has(descriptor) })
  const told: string[] = []
  t.teardown(processTerminal().onSignal((signal) => told.push(signal)))
  const hangUp = (): void => void process.listeners('SIGHUP').at(-1)?.('SIGHUP')
  hangUp()
  for (const descriptor of [0, 1, 2]) gone.add(descriptor)
  hangUp()
  hangUp()
  t.strictSame(told, ['SIGHUP', 'SIGTERM'])
  t.end()
})

t.test('once signals are wanted no more the terminal is looked at no more either', (t) => {
  t.intercept(tty, 'isatty', { value: () => true })
  const timers = new Set<object>()
  t.intercept(globalThis, 'setTimeout', {
    value: () => {
      const timer = { unref: () => undefined }
      timers.add(timer)
      return timer
    },
  })
  t.intercept(globalThis, 'clearTimeout', { value: (timer: object) => timers.delete(timer) })
  const ignoreSignals = processTerminal().onSignal(() => undefined)
  process.listeners('SIGHUP').at(-1)?.('SIGHUP')
  t.equal(timers.size, 1)
  ignoreSignals()
  t.equal(timers.size, 0)
  t.end()
})

t.test(
  'SIGUSR1 opens no inspector, SIGUSR2 ends no process, and SIGHUP ends no process that has no terminal',
  async (t) => {
    const railscale = new CliProcess(t, serve, {}, builtCommand)
    const port = await railscale.listening()
    railscale.child.kill('SIGUSR1')
    railscale.child.kill('SIGUSR2')
    const peer = await connectRaw(port)
    t.teardown(() => peer.destroy())
    peer.send('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n')
    t.match(await peer.untilEnd(), /^HTTP\/1\.1 404 /)
    railscale.child.kill('SIGHUP')
    while (!railscale.errors.includes('"event":"reload"')) await once(railscale.child.stderr, 'data')
    railscale.child.kill('SIGTERM')
    t.equal(await railscale.ended, 0)
    t.notMatch(railscale.errors, /inspector|Debugger/)
  },
)

t.test('readers of stdout and stderr that have gone do not end a process', async (t) => {
  const railscale = new CliProcess(t, serve, {}, builtCommand)
  const port = await railscale.listening()
  railscale.child.stdout.destroy()
  railscale.child.stderr.destroy()
  await Promise.all([once(railscale.child.stdout, 'close'), once(railscale.child.stderr, 'close')])
  for (let i = 0; i < 3; i++) {
    const peer = await connectRaw(port)
    peer.send('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n')
    t.match(await peer.untilEnd(), /^HTTP\/1\.1 404 /)
    peer.destroy()
  }
  railscale.child.kill('SIGTERM')
  t.equal(await railscale.ended, 0)
})

t.test('who leaves ends the process with the code of its command', (t) => {
  const exits = t.capture(process, 'exit', () => undefined as never)
  const timers: { readonly end: () => void; kept: boolean }[] = []
  t.intercept(globalThis, 'setTimeout', {
    value: (end: () => void) => {
      const timer = { end, kept: true, unref: () => (timer.kept = false) }
      timers.push(timer)
      return timer
    },
  })
  processTerminal().leave()
  t.equal(exits().length, 0, 'not before the command has ended')
  for (const { end, kept } of timers) {
    t.notOk(kept, 'where nothing is left to write it is no wait')
    end()
  }
  t.match(exits(), [{ args: [] }])
  t.end()
})
