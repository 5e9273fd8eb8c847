import t from 'tap'
import { causeText, notReopenedText, troubleOverText, troubleText } from '../../lib/cli/log-words.js'

t.test('causes are said in words, with their code', (t) => {
  t.equal(causeText('ENOSPC'), 'the disk is full (ENOSPC)')
  t.equal(causeText('EXYZ'), 'EXYZ')
  t.equal(causeText('constructor'), 'constructor')
  t.end()
})

for (const [text, sentence] of [
  [
    troubleText('a.log', 'ENOSPC'),
    'railscale: a.log cannot be written to, the disk is full (ENOSPC): the log is dropped meanwhile\n',
  ],
  [
    troubleText('a.log', 'slow'),
    'railscale: a.log takes the log too slowly: lines that do not fit are dropped\n',
  ],
  [troubleOverText('a.log', 1), 'railscale: 1 line of the log in a.log was dropped\n'],
  [troubleOverText('', 12), 'railscale: 12 lines of the log were dropped\n'],
  [
    notReopenedText('a.log', 'EACCES'),
    'railscale: a.log cannot be opened again, it may not be written to (EACCES): the log goes on in the file of before\n',
  ],
] as const) {
  t.test(sentence.trimEnd(), (t) => {
    t.equal(text, sentence)
    t.end()
  })
}

t.test('the name of a file cannot move the cursor', (t) => {
  const name = 'a\x1b[2J\n.log'
  for (const text of [troubleText(name, 'EIO'), troubleOverText(name, 1), notReopenedText(name, 'EIO')])
    t.match(text, /^\P{Cc}+\n$/u)
  t.end()
})
