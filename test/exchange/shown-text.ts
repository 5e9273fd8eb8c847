import t from 'tap'
import { shownText } from '../../lib/exchange/shown-text.js'

t.test('what cannot be seen, or moves what can, is shown as U+FFFD', (t) => {
  for (const { name, text, shown } of [
    { name: 'plain text', text: 'a.test/shop', shown: 'a.test/shop' },
    { name: 'letters of any script and pictures', text: 'café 店 \u{1f980}', shown: 'café 店 \u{1f980}' },
    { name: 'line ends', text: 'a\r\nb\u2028c\u2029d\u0085e', shown: 'a��b�c�d�e' },
    { name: 'escape sequences', text: '\u001b[2J\u009b1m\0\t', shown: '�[2J�1m��' },
    { name: 'turned and hidden text', text: 'a\u202eb\u200bc\ufeffd', shown: 'a�b�c�d' },
    { name: 'half a pair', text: '\ud800a\udc00', shown: '�a�' },
  ]) {
    t.equal(shownText(text, 100), shown, name)
  }
  t.end()
})

t.test('a text that is too long keeps its begin and its end', (t) => {
  t.equal(shownText('0123456789', 10), '0123456789')
  t.equal(shownText('0123456789a', 10), '0123…789a')
  t.equal(shownText('0123456789a', 11), '0123456789a')
  t.equal(shownText(`${'a'.repeat(1e6)}z`, 100).length, 99)
  t.end()
})

t.test('a pair that the cut halves is not shown by half', (t) => {
  t.equal(shownText('\u{1f980}'.repeat(9), 10), '\u{1f980}\u{1f980}…\u{1f980}\u{1f980}')
  t.equal(shownText(`a${'\u{1f980}'.repeat(9)}`, 10), 'a\u{1f980}�…\u{1f980}\u{1f980}')
  t.end()
})
