import t from 'tap'
import { ownText } from '../../lib/routes/own-text.js'

t.test('the copy of a text is the same text', (t) => {
  const file = `a.test${'x'.repeat(100_000)}`
  for (const text of ['', 'a', file.slice(0, 6), file.slice(3)]) t.equal(ownText(text), text)
  t.end()
})
