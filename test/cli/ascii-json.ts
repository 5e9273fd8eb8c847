import t from 'tap'
import { asciiJson } from '../../lib/cli/ascii-json.js'

t.test('what is not ASCII is escaped, and read again as it was', (t) => {
  const value = { 'a\u{7f}': 'caf\u{e9}\u{2028}\u{9b}\n\u{1f600}', b: [1, null] }
  const text = asciiJson(value)
  t.equal(text, '{"a\\u007f":"caf\\u00e9\\u2028\\u009b\\n\\ud83d\\ude00","b":[1,null]}')
  t.strictSame(JSON.parse(text), value)
  t.end()
})

t.test('it may be laid out', (t) => {
  t.equal(asciiJson({ a: { b: 1 } }, 2), '{\n  "a": {\n    "b": 1\n  }\n}')
  t.end()
})
