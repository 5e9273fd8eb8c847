import t from 'tap'
import { HeadSpans, releaseSpans, takeSpans } from '../../lib/parse/head-spans.js'

const text = 'GET /ab HTTP/1.1\r\nAB:\t cd \r\nE:\r\nF: g\r\n\r\n'

/** What the spans over `text` say, as strings. */
function said(spans: HeadSpans): { target: string; fields: string[] } {
  const numbers = spans.trimmed(text)
  const fields: string[] = []
  for (let i = 0; i < numbers.length; i += 4) {
    fields.push(`${text.slice(numbers[i], numbers[i + 1])}=${text.slice(numbers[i + 2], numbers[i + 3])}`)
  }
  return { target: text.slice(spans.targetStart, spans.targetEnd), fields }
}

const expected = { target: '/ab', fields: ['AB=cd', 'E=', 'F=g'] }

t.test('spans of a head that came at once', (t) => {
  const spans = new HeadSpans()
  t.equal(spans.target(4, 3), 0)
  t.equal(spans.name(18, 2), 0)
  t.equal(spans.value(22, 3), 0)
  spans.name(28, 1)
  spans.value(30, 0)
  spans.name(32, 1)
  spans.value(35, 1)
  t.strictSame(said(spans), expected)
  t.equal(spans.fieldCount, 3)
  t.end()
})

t.test('spans that were split are put together, those of length zero too', (t) => {
  const spans = new HeadSpans()
  spans.target(4, 1)
  spans.base = 5
  spans.target(0, 2)
  spans.name(13, 1)
  spans.base = 19
  spans.name(0, 1)
  spans.base = 20
  spans.name(0, 0)
  spans.value(2, 1)
  spans.base = 23
  spans.value(0, 2)
  spans.base = 25
  spans.value(0, 0)
  spans.name(3, 1)
  spans.base = 32
  spans.name(0, 1)
  spans.value(3, 1)
  t.strictSame(said(spans), expected)
  t.end()
})

t.test('a field whose value was never reported has an empty one, behind its colon', (t) => {
  const spans = new HeadSpans()
  spans.name(28, 1)
  t.strictSame(spans.trimmed(text), [28, 29, 30, 30])
  t.end()
})

t.test('a name that touches the value before it is a new field', (t) => {
  const spans = new HeadSpans()
  spans.name(0, 1)
  spans.value(2, 1)
  spans.name(3, 1)
  t.equal(spans.fieldCount, 2)
  t.end()
})

t.test('RFC 9110 section 5.5: the blanks around a value are cut off, and nothing else', (t) => {
  for (const [value, trimmed] of [
    ['', ''],
    [' ', ''],
    [' \t \t', ''],
    ['a', 'a'],
    ['\ta b\t ', 'a b'],
    ['\xa0a\x0b', '\xa0a\x0b'],
  ] as const) {
    const spans = new HeadSpans()
    spans.name(0, 1)
    spans.value(2, value.length)
    const [, , start, end] = spans.trimmed(`X:${value}\r\n`)
    t.equal(`X:${value}`.slice(start, end), trimmed, JSON.stringify(value))
  }
  t.end()
})

t.test('pieces of content are kept as they come, and are no part of a head', (t) => {
  const spans = new HeadSpans()
  spans.base = 100
  t.equal(spans.body(3, 5), 0)
  spans.body(10, 1)
  t.strictSame(spans.bodies, [3, 8, 10, 11])
  t.end()
})

t.test('spans are shifted, but for those that were never reported', (t) => {
  const spans = new HeadSpans()
  spans.name(10, 2)
  t.equal(spans.firstName, 10)
  spans.shift(10)
  t.equal(spans.firstName, 0)
  t.strictSame(spans.trimmed('ab:\r\n'), [0, 2, 3, 3])
  t.end()
})

t.test('clear makes ready for the next section, and what was given out stays as it is', (t) => {
  const spans = new HeadSpans()
  spans.base = 7
  spans.target(0, 1)
  spans.name(2, 1)
  spans.body(0, 1)
  const kept = spans.trimmed('GET / HTTP/1.1')
  spans.clear()
  t.match(spans, { base: 0, targetStart: -1, targetEnd: -1, bodies: [], fieldCount: 0, firstName: undefined })
  spans.name(0, 1)
  spans.value(2, 1)
  t.strictSame(spans.trimmed('a:b\r\n'), [0, 1, 2, 3])
  t.strictSame(kept, [9, 10, 11, 11])
  t.end()
})

t.test('spans that were given back are cleared and used again', (t) => {
  const spans = takeSpans()
  spans.name(0, 1)
  releaseSpans(spans)
  t.equal(takeSpans(), spans)
  t.equal(spans.fieldCount, 0)
  t.not(takeSpans(), spans)
  t.end()
})

t.test('spans are used again, and of a crowd of heads not all are kept', (t) => {
  const crowd = Array.from({ length: 300 }, takeSpans)
  for (const spans of crowd) releaseSpans(spans)
  const again = Array.from({ length: 300 }, takeSpans)
  t.equal(again.filter((spans) => crowd.includes(spans)).length, 256)
  for (const spans of again) releaseSpans(spans)
  t.end()
})

t.test('spans of a head with very many fields are clean when they are used again', (t) => {
  const many = takeSpans()
  for (let i = 0; i < 5_000; i++) many.name(2 * i, 1)
  t.equal(many.fieldCount, 5_000)
  releaseSpans(many)
  const spans = takeSpans()
  t.equal(spans, many)
  t.equal(spans.fieldCount, 0)
  spans.name(0, 2)
  t.strictSame(spans.trimmed('AB:'), [0, 2, 3, 3])
  releaseSpans(spans)
  t.end()
})
