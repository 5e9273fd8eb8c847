import { setImmediate as turn } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { LineWriter, type LineSink } from '../../lib/cli/line-writer.js'
import { LogTrouble } from '../../lib/cli/log-trouble.js'

type Done = Parameters<LineSink['write']>[1]

/** A sink that writes when the test says so. */
class HeldSink implements LineSink {
  readonly batches: string[] = []
  readonly #held: Done[] = []

  write(lines: Buffer, done: Done): void {
    this.batches.push(lines.toString('latin1'))
    this.#held.push(done)
  }

  /** The oldest batch is written, or fails. */
  ended(error?: Error, lost?: number): void {
    this.#held.shift()?.(error, lost)
  }
}

function held(t: Test, gatherMs?: number) {
  const told: string[] = []
  const sink = new HeldSink()
  const trouble = new LogTrouble({
    begun: (code) => told.push(code),
    over: (lines) => told.push(`${lines} dropped`),
  })
  t.teardown(() => trouble.end())
  return {
    sink,
    trouble,
    told,
    writer: new LineWriter(sink, trouble, (line: string, into) => into.ascii(line), gatherMs),
  }
}

const MiB = 1024 * 1024

t.test('the lines of one turn of the event loop are one batch', async (t) => {
  const { sink, writer, trouble } = held(t)
  for (const line of ['a', 'b', '']) writer.write(line)
  t.strictSame(sink.batches, [], 'not within the turn')
  await turn()
  t.strictSame(sink.batches, ['a\nb\n\n'])
  sink.ended()
  await turn()
  t.equal(sink.batches.length, 1, 'and nothing where there is nothing')
  writer.write('c')
  await turn()
  t.strictSame(sink.batches, ['a\nb\n\n', 'c\n'])
  t.equal(trouble.dropped, 0)
})

t.test('while a batch is being written the next one gathers, and is written at once then', async (t) => {
  const { sink, writer } = held(t)
  writer.write('a')
  await turn()
  for (const line of ['b', 'c']) {
    writer.write(line)
    await turn()
  }
  t.strictSame(sink.batches, ['a\n'])
  sink.ended()
  t.strictSame(sink.batches, ['a\n', 'b\nc\n'])
})

t.test('lines may gather for longer than a turn, but not beyond 256 KiB', async (t) => {
  const { sink, writer } = held(t, 20)
  writer.write('a')
  for (let i = 0; i < 3; i++) await turn()
  t.strictSame(sink.batches, [])
  for (let i = 0; i < 63; i++) writer.write('x'.repeat(5 * 1024))
  t.strictSame(
    sink.batches.map(({ length }) => length),
    [2 + 63 * (5 * 1024 + 1)],
  )
  sink.ended()
  writer.write('b')
  t.equal(sink.batches.length, 1)
  while (sink.batches.length === 1) await new Promise((resolve) => setTimeout(resolve, 1))
  t.equal(sink.batches[1], 'b\n')
})

t.test('what has come while a batch was being written may gather for its time, too', async (t) => {
  const { sink, writer } = held(t, 20)
  writer.write('a')
  writer.flush()
  writer.write('b')
  sink.ended()
  for (let i = 0; i < 3; i++) await turn()
  writer.write('c')
  t.strictSame(sink.batches, ['a\n'])
  while (sink.batches.length === 1) await new Promise((resolve) => setTimeout(resolve, 1))
  t.equal(sink.batches[1], 'b\nc\n')
})

t.test('flush writes at once, in order, each line once', async (t) => {
  const { sink, writer } = held(t)
  writer.flush()
  writer.write('a')
  writer.flush()
  writer.write('b')
  writer.flush()
  t.strictSame(sink.batches, ['a\n', 'b\n'])
  await turn()
  sink.ended()
  sink.ended()
  t.equal(sink.batches.length, 2)
})

t.test('while more than 1 MiB waits lines are dropped and counted; then they go on', async (t) => {
  const { sink, writer, trouble, told } = held(t)
  writer.write('x'.repeat(MiB - 1))
  await turn()
  t.equal(sink.batches.length, 1)
  for (const line of ['fits', 'dropped', 'dropped', 'dropped']) writer.write(line)
  sink.ended()
  t.equal(trouble.dropped, 3, 'a line of which some fits is kept')
  writer.write('again')
  sink.ended()
  await turn()
  t.strictSame(sink.batches.slice(1), ['fits\n', 'again\n'])
  t.equal(trouble.dropped, 3)
  t.strictSame(told, ['slow'])
})

t.test('each line is told the moment of its entry, not that in which it is made', async (t) => {
  const moments: number[] = []
  const sink = new HeldSink()
  const trouble = new LogTrouble({ begun: () => undefined, over: () => undefined })
  const writer = new LineWriter(sink, trouble, (_: string, __, moment) => moments.push(moment))
  let now = 1_000
  t.intercept(Date, 'now', { value: () => now++ })
  for (let i = 0; i < 70; i++) writer.write('')
  now = 5_000
  await turn()
  t.strictSame(
    moments,
    Array.from({ length: 70 }, (_, i) => 1_000 + i),
  )
})

t.test('batches use the memory of those before them, and change none that is not written yet', (t) => {
  const seen: Buffer[] = []
  const held: Done[] = []
  const sink: LineSink = { write: (lines, done) => void (seen.push(lines), held.push(done)) }
  const trouble = new LogTrouble({ begun: () => undefined, over: () => undefined })
  const writer = new LineWriter(sink, trouble, (line: string, into) => into.ascii(line))
  for (const line of ['first', 'other']) {
    writer.write(line)
    writer.flush()
  }
  t.strictSame(seen.map(String), ['first\n', 'other\n'])
  held.forEach((done) => done())
  for (const line of ['third', 'fourth']) {
    writer.write(line)
    writer.flush()
  }
  t.ok(seen.slice(0, 2).some(({ buffer }) => buffer === seen[3]?.buffer))
  t.end()
})

t.test('what waits never is more than 1 MiB and a line, and the rest is counted', async (t) => {
  const { sink, writer, trouble } = held(t)
  const line = 'x'.repeat(1_023)
  for (let i = 0; i < 10_000; i++) writer.write(line)
  await turn()
  sink.ended()
  const written = sink.batches.join('').length / 1024
  t.ok(written <= 1_025, `${written} KiB`)
  t.equal(written + trouble.dropped, 10_000, 'written or counted')
})

t.test('what a sink has lost is counted, and told by the code of its error', async (t) => {
  const { sink, writer, trouble, told } = held(t)
  for (const [error, lost, sum] of [
    [Object.assign(new Error('x'), { code: 'ENOSPC' }), undefined, 2],
    [new Error('no code'), 1, 3],
  ] as const) {
    writer.write('a')
    writer.write('b')
    await turn()
    sink.ended(error, lost)
    t.equal(trouble.dropped, sum)
  }
  t.strictSame(told, ['ENOSPC'])
})

t.test('the end writes everything out', async (t) => {
  const { sink, writer, trouble } = held(t, 10_000)
  t.equal(await writer.end(60_000), true)
  writer.write('a')
  let ended = false
  const end = writer.end(60_000).then((whole) => (ended = whole))
  writer.write('b')
  await turn()
  t.strictSame(sink.batches, ['a\n'])
  sink.ended()
  t.strictSame(sink.batches, ['a\n', 'b\n'])
  await turn()
  t.notOk(ended)
  sink.ended()
  await end
  t.ok(ended)
  t.equal(trouble.dropped, 0)
})

t.test('the end waits no longer than it is told to, and counts what is not written then', async (t) => {
  const { writer, trouble, sink } = held(t)
  writer.write('a')
  writer.flush()
  for (const line of ['b', 'c']) writer.write(line)
  t.equal(await writer.end(1), false)
  t.equal(trouble.dropped, 3)
  t.strictSame(sink.batches, ['a\n'])
})
