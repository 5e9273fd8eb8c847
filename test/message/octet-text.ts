import t from 'tap'
import { octetText } from '../../lib/message/octet-text.js'

for (const [octets, text] of [
  ['', ''],
  ['a b', 'a b'],
  ['\xc3\xa9', 'é'],
  ['\xf0\x9f\x98\x80', '\u{1f600}'],
  ['\xef\xbb\xbfx', '\u{feff}x'],
  ['\xe9', 'é'],
  ['\xc3\xa9\xff', 'Ã©ÿ'],
  ['\xed\xa0\x80', 'í\xa0\x80'],
] as const) {
  t.test(`${JSON.stringify(octets)} says ${JSON.stringify(text)}`, (t) => {
    t.equal(octetText(octets), text)
    t.end()
  })
}
