import fc from 'fast-check'
import t from 'tap'
import { LineBytes, noSeconds } from '../../lib/cli/line-bytes.js'

/** What `put` puts into lines, as text. */
function text(put: (into: LineBytes) => void): string {
  const into = new LineBytes()
  put(into)
  return into.content.toString('latin1')
}

t.test('parts stand behind each other, and a line has its end', (t) => {
  const written = text((into) => {
    into.put(Buffer.from('{"a":'))
    into.count(7)
    into.ascii(', ')
    into.quoted('b')
    into.endLine()
    into.seconds(noSeconds, 1.5)
  })
  t.equal(written, '{"a":7, "b"\n1.500000')
  t.end()
})

t.test('counts are whole numbers of any size', (t) => {
  for (const value of [0, 9, 10, 99, 100, 12_345, 2 ** 40, Number.MAX_SAFE_INTEGER])
    t.equal(
      text((into) => into.count(value)),
      String(value),
    )
  t.end()
})

t.test('seconds have six digits behind the point, as toFixed has them', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 45 }), (micros) => {
      const is = text((into) => into.seconds(noSeconds, micros / 1e6))
      return is === (micros / 1e6).toFixed(6)
    }),
  )
  t.equal(
    text((into) => into.seconds(noSeconds, 0.999_999_9)),
    '1.000000',
  )
  t.end()
})

t.test('any text is a string of JSON in printable ASCII', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      const is = text((into) => into.quoted(value))
      return /^[ -~]*$/.test(is) && JSON.parse(is) === value
    }),
  )
  for (let unit = 0; unit <= 0x1ff; unit++) {
    const value = `a${String.fromCharCode(unit)}b`
    const is = text((into) => into.quoted(value))
    t.ok(JSON.parse(is) === value && /^[ -~]*$/.test(is), `code unit ${unit}`)
  }
  t.end()
})

for (const [what, put] of [
  ['put', (into: LineBytes, part: string) => into.put(Buffer.from(part))],
  ['ascii', (into: LineBytes, part: string) => into.ascii(part)],
  ['quoted', (into: LineBytes, part: string) => into.quoted(part)],
  ['count', (into: LineBytes) => into.count(5)],
  ['seconds', (into: LineBytes) => into.seconds(noSeconds, 0.25)],
  ['endLine', (into: LineBytes) => into.endLine()],
] as const) {
  t.test(`${what} takes more room where there is not enough, and loses nothing`, (t) => {
    const part = 'x'.repeat(1_000)
    const one = text((into) => put(into, part))
    const many = Math.ceil(100_000 / one.length)
    t.equal(
      text((into) => {
        for (let i = 0; i < many; i++) put(into, part)
      }),
      one.repeat(many),
    )
    t.end()
  })
}

t.test('a part that is longer than all the room fits', (t) => {
  const long = 'y'.repeat(1_000_000)
  t.equal(
    text((into) => into.ascii(long)),
    long,
  )
  t.equal(
    text((into) => into.quoted(`${long}\n`)),
    `"${long}\\n"`,
  )
  t.end()
})

t.test('after clear it is empty and keeps its room', (t) => {
  const into = new LineBytes()
  into.ascii('z'.repeat(50_000))
  const { capacity } = into
  into.clear()
  t.equal(into.length, 0)
  t.equal(into.content.length, 0)
  into.ascii('again')
  t.equal(into.content.toString(), 'again')
  t.equal(into.capacity, capacity)
  t.end()
})
