import t from 'tap'
import { NamedNumbers } from '../../lib/metrics/named-numbers.js'

interface Numbers {
  readonly label: string
}

function setUp(max?: number) {
  const made: string[] = []
  const numbers = new NamedNumbers<Numbers>((label) => {
    made.push(label)
    return { label }
  }, max)
  return { numbers, made }
}

t.test('numbers are made when a name is asked for first, and are the same from then on', (t) => {
  const { numbers, made } = setUp()
  t.strictSame(made, [])
  const first = numbers.of('a')
  t.strictSame(first, { label: 'a' })
  numbers.of('b')
  t.equal(numbers.of('a'), first)
  t.strictSame(made, ['a', 'b'])
  t.strictSame([...numbers.all()], [{ label: 'a' }, { label: 'b' }])
  t.end()
})

t.test('what has no name is (none)', (t) => {
  const { numbers } = setUp()
  t.equal(numbers.of('').label, '(none)')
  t.equal(numbers.of(''), numbers.of(''))
  t.end()
})

t.test('names beyond those that there is room for are (other), by default beyond 1,000', (t) => {
  for (const [given, max] of [
    [3, 3],
    [undefined, 1_000],
  ]) {
    const { numbers, made } = setUp(given)
    for (let i = 0; i < 3 * (max ?? 0); i++) numbers.of(`n${i}`)
    t.equal(made.length, (max ?? 0) + 1)
    t.equal(numbers.of(`n${(max ?? 0) - 1}`).label, `n${(max ?? 0) - 1}`)
    t.equal(numbers.of(`n${max}`).label, '(other)')
    t.equal(numbers.of('').label, '(none)', 'what has no name takes nobody the room')
  }
  t.end()
})

t.test('names that are not in use are forgotten, make room, and are (other) from then on', (t) => {
  const { numbers, made } = setUp(2)
  const [a, b] = [numbers.of('a'), numbers.of('b')]
  t.equal(numbers.of('c').label, '(other)')
  numbers.retain((name) => name === 'b' || name === 'c')
  t.strictSame(
    ['a', 'b', 'c', '(other)', '(none)'].map((name) => numbers.has(name)),
    [false, true, false, true, false],
  )
  t.equal(numbers.of('b'), b)
  t.equal(numbers.of('a').label, '(other)')
  t.equal(numbers.of('c').label, 'c')
  numbers.retain((name) => name === 'a')
  t.not(numbers.of('a'), a, 'it begins anew')
  t.strictSame(made, ['a', 'b', '(other)', 'c', 'a'])
  t.end()
})
