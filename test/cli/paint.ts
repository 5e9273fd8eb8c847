import t from 'tap'
import { openPaint, plain } from '../../lib/cli/paint.js'

t.test('without colours text stays as it is', async (t) => {
  const paint = await openPaint(false)
  t.equal(paint, plain)
  for (const colour of Object.keys(plain) as (keyof typeof plain)[]) t.equal(paint[colour]('x'), 'x')
})

t.test('with colours each is another', async (t) => {
  const paint = await openPaint(true)
  const texts = (Object.keys(plain) as (keyof typeof plain)[]).map((colour) => paint[colour]('x'))
  // eslint-disable-next-line no-control-regex -- the escape codes of colours are what it looks for
  for (const text of texts) t.match(text, /^\x1b\[\d+mx\x1b\[\d+m$/)
  t.equal(new Set(texts).size, texts.length)
})
