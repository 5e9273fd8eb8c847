import { setTimeout as after } from 'node:timers/promises'
import t from 'tap'
import { slabBytes, WriteSlab } from '../../lib/message/write-slab.js'

t.test('a slab that was released is used again', (t) => {
  const slab = WriteSlab.take(20_000)
  const before = WriteSlab.freeCount
  slab.release()
  t.equal(WriteSlab.freeCount, before + 1)
  t.equal(WriteSlab.take(slabBytes), slab)
  slab.release()
  t.end()
})

t.test('slabs in use share no byte, however many there are', (t) => {
  const slabs = Array.from({ length: 600 }, () => WriteSlab.take(slabBytes))
  for (const [i, { bytes }] of slabs.entries()) bytes.fill(i % 251)
  for (const [i, { bytes }] of slabs.entries()) {
    t.equal(bytes.length, slabBytes)
    if (!bytes.every((byte) => byte === i % 251)) t.fail(`slab ${i} was written to by another`)
  }
  for (const slab of slabs) slab.release()
  t.end()
})

t.test('a write larger than a slab has memory of its own, which is not kept', (t) => {
  const large = WriteSlab.take(300_000)
  t.ok(large.bytes.length >= 300_000)
  const before = WriteSlab.freeCount
  large.release()
  t.equal(WriteSlab.freeCount, before)
  t.end()
})

t.test('the memory of a crowd is let go a while after its last write, that of a few is kept', async (t) => {
  const few = Array.from({ length: 32 }, () => WriteSlab.take(slabBytes))
  const crowd = Array.from({ length: 200 }, () => WriteSlab.take(slabBytes))
  for (const slab of [...few, ...crowd]) slab.release()
  while (WriteSlab.freeCount > 0) await after(20)
  const again = Array.from({ length: 32 }, () => WriteSlab.take(slabBytes))
  for (const slab of again) slab.release()
  t.equal(WriteSlab.freeCount, 32)
  t.notOk(crowd.includes(again[0] as WriteSlab))
})

t.test('memory of which a slab is in use is kept', async (t) => {
  const slabs: WriteSlab[] = []
  // The second allocation is one in which all are free.
  for (let filled = 0; filled < 2; slabs.push(WriteSlab.take(slabBytes)))
    if (slabs.at(-1)?.bytes.buffer !== slabs.at(-2)?.bytes.buffer) filled++
  for (let i = 0; i < 40; i++) slabs.push(WriteSlab.take(slabBytes))
  const [held, ...others] = slabs as [WriteSlab, ...WriteSlab[]]
  const first = others.filter(({ bytes }) => bytes.buffer === held.bytes.buffer).length
  for (const slab of others) slab.release()
  t.equal(WriteSlab.freeCount, others.length)
  while (WriteSlab.freeCount === others.length) await after(20)
  t.equal(WriteSlab.freeCount, first)
  held.release()
  while (WriteSlab.freeCount > 0) await after(20)
})

t.test('few bytes take little memory, and what is let go of it is as much', async (t) => {
  const few = Array.from({ length: 100 }, () => WriteSlab.take(10))
  for (const { bytes } of few) t.equal(bytes.length, 16_384)
  for (const slab of few) slab.release()
  t.equal(WriteSlab.freeCount, 100)
  const crowd = Array.from({ length: 300 }, () => WriteSlab.take(16_384))
  for (const slab of crowd) slab.release()
  while (WriteSlab.freeCount > 0) await after(20)
})

t.test('its holder is told of the memory that a write takes, and when that is free', (t) => {
  let held = 0
  const holder = {
    memoryTaken: (bytes: number) => (held += bytes),
    memoryFreed: (bytes: number) => (held -= bytes),
  }
  for (const [byteLength, memory] of [
    [1, 16_384],
    [16_385, slabBytes],
    [300_000, 300_000],
  ] as const) {
    const slab = WriteSlab.take(byteLength, holder)
    t.equal(held, memory)
    slab.release()
    t.equal(held, 0)
    WriteSlab.take(byteLength).release()
    t.equal(held, 0, 'the next one may have no holder')
  }
  t.end()
})
