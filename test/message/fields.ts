import t from 'tap'
import { FieldKind } from '../../lib/message/field-names.js'
import { Fields, listItems } from '../../lib/message/fields.js'
import { fieldsOf } from '../../fixtures/heads.js'

const start = 'GET / HTTP/1.1'
const lines = ['Host: a.test', 'x-A:  caf\xe9 ', 'Via: 1.0 b', 'Empty:', 'X-a: 2', 'via:1.1 c']
const fields = fieldsOf(lines, start)
const all = Array.from({ length: fields.count }, (_, i) => i)

t.test('names and values are those that were sent, without the blanks around a value', (t) => {
  t.strictSame(
    all.map((i) => [fields.name(i), fields.value(i)]),
    [
      ['Host', 'a.test'],
      ['x-A', 'caf\xe9'],
      ['Via', '1.0 b'],
      ['Empty', ''],
      ['X-a', '2'],
      ['via', '1.1 c'],
    ],
  )
  t.end()
})

t.test('lines touch each other, from the start line to the empty line', (t) => {
  t.strictSame(
    all.map((i) => fields.text.slice(fields.lineStart(i), fields.lineEnd(i))),
    lines.map((line) => `${line}\r\n`),
  )
  t.equal(fields.lineStart(0), start.length + 2)
  t.equal(fields.text.slice(fields.end), '\r\n')
  t.end()
})

t.test('known fields are found by kind, one after another', (t) => {
  t.strictSame(
    all.map((i) => fields.kind(i)),
    [FieldKind.Host, FieldKind.Other, FieldKind.Via, FieldKind.Other, FieldKind.Other, FieldKind.Via],
  )
  t.equal(fields.find(FieldKind.Via), 2)
  t.equal(fields.find(FieldKind.Via, 3), 5)
  t.equal(fields.find(FieldKind.Via, 6), -1)
  t.equal(fields.find(FieldKind.Date), -1)
  t.end()
})

t.test('RFC 9110 section 5.3: repeated fields are one list', (t) => {
  t.equal(fields.list(FieldKind.Via), '1.0 b, 1.1 c')
  t.equal(fields.list(FieldKind.Host), 'a.test')
  t.equal(fields.list(FieldKind.Date), undefined)
  t.end()
})

t.test('fields without a kind are found by name, in any case', (t) => {
  t.strictSame(fields.valuesOf('X-A'), ['caf\xe9', '2'])
  t.strictSame(fields.valuesOf('x-b'), [])
  t.end()
})

t.test(
  'the elements of a list have no blanks around them, which are SP and HTAB alone (RFC 9110 section 5.6.3)',
  (t) => {
    t.strictSame(listItems(''), [])
    t.strictSame(listItems(' , ,\t'), [])
    t.strictSame(listItems('a, b\t c ,,d'), ['a', 'b\t c', 'd'])
    t.strictSame(listItems('\xa0a, b\xa0,\x0b\ufeffc'), ['\xa0a', 'b\xa0', '\x0b\ufeffc'])
    t.end()
  },
)

t.test('an alias is seen in a section that has an underscore anywhere', (t) => {
  const section = fieldsOf(['X: a_b', 'Content_Length: 5', 'My_Name: 1'])
  t.strictSame(
    [0, 1, 2].map((i) => section.kind(i)),
    [FieldKind.Other, FieldKind.Alias, FieldKind.Other],
  )
  t.end()
})

t.test('a section may have no field', (t) => {
  const none = new Fields('', [], 0)
  t.equal(none.count, 0)
  t.equal(none.find(FieldKind.Host), -1)
  t.strictSame(none.valuesOf('host'), [])
  t.end()
})
