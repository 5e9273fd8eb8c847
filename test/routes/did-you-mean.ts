import t from 'tap'
import { didYouMean, nearestWord } from '../../lib/routes/did-you-mean.js'

for (const [text, words, meant] of [
  ['strip', ['name', 'strip'], 'strip'],
  ['strp', ['name', 'strip'], 'strip'],
  ['Strip', ['name', 'strip'], 'strip'],
  ['NAM', ['name', 'strip'], 'name'],
  ['stripped', ['name', 'strip'], ''],
  ['weight', ['name', 'strip'], ''],
  ['weihgt', ['weight'], 'weight'],
  ['nmae', ['name'], ''],
  ['', ['name'], ''],
  ['', [''], ''],
  ['name', [], ''],
  // Nothing of it is left in the other.
  ['A', ['B', '_'], ''],
  ['a', ['A'], 'A'],
  ['ab', ['xb', 'ac'], 'xb'],
  // The nearest, not the first.
  ['PORT_WEB', ['PORT_API', 'PORT_WEV'], 'PORT_WEV'],
] as const) {
  t.test(`"${text}" among ${words.join(', ') || 'no words'}: ${meant || 'nothing near'}`, (t) => {
    t.equal(didYouMean(text, words), meant === '' ? '' : `did you mean "${meant}"?`)
    t.equal(nearestWord(text, words), meant === '' ? undefined : meant)
    t.end()
  })
}

t.test('a text far longer than the words is not compared with them letter by letter', (t) => {
  const words = Array.from({ length: 1_000 }, (_, i) => `WORD_${i}`)
  t.equal(didYouMean('A'.repeat(5_000_000), words), '')
  t.end()
})
