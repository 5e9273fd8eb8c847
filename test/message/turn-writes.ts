import { setImmediate as endOfTurn } from 'node:timers/promises'
import t from 'tap'
import { writeAtEndOfTurn, writeRounds, writeTurn, type TextSide } from '../../lib/message/turn-writes.js'

/** A socket that writes down what it is given, among others' writes. */
function recording(name: string, written: string[], destroyed = false): TextSide {
  return {
    destroyed,
    write: (text) => {
      written.push(`${name} ${text}`)
      return true
    },
  }
}

t.test('small writes of a turn go out at its end, in order', async (t) => {
  const written: string[] = []
  const [one, two] = [recording('one', written), recording('two', written)]
  writeAtEndOfTurn(one, 'a')
  writeAtEndOfTurn(two, 'b')
  writeAtEndOfTurn(one, 'c')
  t.same(written, [])
  await endOfTurn()
  t.same(written, ['one a', 'two b', 'one c'])
})

t.test('they can be had out at once, and then do not go out again', async (t) => {
  const written: string[] = []
  writeAtEndOfTurn(recording('one', written), 'a')
  writeTurn()
  t.same(written, ['one a'])
  await endOfTurn()
  t.same(written, ['one a'])
})

t.test('a socket that was destroyed meanwhile is left alone', (t) => {
  const written: string[] = []
  writeAtEndOfTurn(recording('gone', written, true), 'a')
  writeTurn()
  t.same(written, [])
  t.end()
})

t.test('at most 64 wait, and those behind them go out at the end of the same turn', async (t) => {
  const written: string[] = []
  const sockets = [recording('one', written), recording('one', written)]
  const add = (i: number): void => writeAtEndOfTurn(sockets[i % 2] as TextSide, String(i))
  for (let i = 1; i < 64; i++) add(i)
  t.equal(written.length, 0)
  add(64)
  t.equal(written.length, 64)
  add(65)
  t.equal(written.length, 64)
  await endOfTurn()
  t.same(
    written,
    Array.from({ length: 65 }, (_, i) => `one ${i + 1}`),
  )
})

t.test('what goes to one socket with nothing to others between is one write', (t) => {
  const written: string[] = []
  const [one, two] = [recording('one', written), recording('two', written)]
  for (const [socket, text] of [
    [one, 'a'],
    [one, 'b'],
    [two, 'c'],
    [one, 'd'],
    [two, 'e'],
    [two, 'f'],
    [two, 'g'],
  ] as const)
    writeAtEndOfTurn(socket, text)
  writeTurn()
  t.same(written, ['one ab', 'two c', 'one d', 'two efg'])
  t.end()
})

t.test('it is told how often what waited went out', async (t) => {
  const before = writeRounds()
  writeAtEndOfTurn(recording('one', []), 'a')
  t.equal(writeRounds(), before)
  await endOfTurn()
  t.equal(writeRounds(), before + 1)
  writeTurn()
  t.equal(writeRounds(), before + 2, 'where nothing waits, too')
})
