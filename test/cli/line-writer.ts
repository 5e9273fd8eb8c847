import { Writable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { LineWriter } from '../../lib/cli/line-writer.js'

/** A stream that takes what the test lets it take. */
class SlowStream extends Writable {
  readonly chunks: string[] = []
  #done: (() => void) | undefined
  readonly #stopped: boolean

  constructor(stopped = false) {
    super({ decodeStrings: false })
    this.#stopped = stopped
  }

  override _write(chunk: string, _encoding: BufferEncoding, done: () => void): void {
    this.chunks.push(chunk)
    if (this.#stopped) this.#done = done
    else done()
  }

  /** Takes what was written last. */
  goOn(): void {
    this.#done?.()
  }
}

const MiB = 1024 * 1024

t.test('the lines of one turn of the event loop are one write', async (t) => {
  const stream = new SlowStream()
  const writer = new LineWriter(stream)
  for (const line of ['a', 'b', '']) writer.write(line)
  t.strictSame(stream.chunks, [], 'not within the turn')
  await turn()
  t.strictSame(stream.chunks, ['a\nb\n\n'])
  writer.write('c')
  await turn()
  t.strictSame(stream.chunks, ['a\nb\n\n', 'c\n'])
  await turn()
  t.equal(stream.chunks.length, 2, 'and nothing where there is nothing')
  t.equal(writer.dropped, 0)
})

t.test('flush writes at once, in order, each line once', async (t) => {
  const stream = new SlowStream()
  const writer = new LineWriter(stream)
  writer.flush()
  writer.write('a')
  writer.flush()
  t.strictSame(stream.chunks, ['a\n'])
  writer.write('b')
  await turn()
  t.strictSame(stream.chunks, ['a\n', 'b\n'])
})

t.test('while a stream owes more than 1 MiB lines are dropped and counted; then they go on', async (t) => {
  const stream = new SlowStream(true)
  const writer = new LineWriter(stream)
  writer.write('x'.repeat(MiB - 1))
  await turn()
  t.equal(stream.writableLength, MiB)
  writer.write('fits')
  t.equal(writer.dropped, 0, 'a line of which some fits is kept')
  for (let i = 0; i < 3; i++) writer.write('dropped')
  t.equal(writer.dropped, 3)
  await turn()
  t.equal(stream.writableLength, MiB + 5)
  writer.write('dropped')
  t.equal(writer.dropped, 4)
  stream.goOn()
  stream.goOn()
  await turn()
  writer.write('again')
  await turn()
  t.equal(writer.dropped, 4)
  t.strictSame(stream.chunks.slice(1), ['fits\n', 'again\n'])
})

t.test('lines that wait for the end of the turn count too', async (t) => {
  const stream = new SlowStream(true)
  const writer = new LineWriter(stream)
  const line = 'x'.repeat(1_023)
  for (let i = 0; i < 10_000; i++) writer.write(line)
  await turn()
  t.ok(stream.writableLength <= MiB + 1024, `${stream.writableLength} bytes`)
  t.equal(stream.writableLength / 1024 + writer.dropped, 10_000, 'written or counted')
})

t.test('a stream that has ended is written to no more', async (t) => {
  for (const how of ['end', 'destroy'] as const) {
    const stream = new SlowStream()
    stream.on('error', (error) => t.fail(error.message))
    const writer = new LineWriter(stream)
    writer.write('a')
    stream[how]()
    await turn()
    writer.write('b')
    writer.flush()
    await turn()
    t.strictSame(stream.chunks, [], how)
  }
})
