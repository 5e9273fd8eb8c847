import t from 'tap'
import { proveCases } from '../../fixtures/routes/routes-cases.js'
import { parseTemplate, withoutCaptures } from '../../lib/routes/parse-template.js'
import { SourceLine } from '../../lib/routes/routes-file.js'

proveCases(t, 'template')

const token = { text: 'x=${a}', column: 1, length: 6, parts: ['x=', { capture: 'a' }, ''] }

t.test('where the match is wrong itself, no capture is unknown', (t) => {
  const line = new SourceLine('r', 1, '', () => t.fail('there is no mistake'))
  t.strictSame(parseTemplate(token, 2, undefined, line), [{ capture: 'a' }])
  t.end()
})

t.test('a token without captures is free of them', (t) => {
  const line = new SourceLine('r', 1, '', () => t.fail('there is no mistake'))
  t.equal(withoutCaptures({ text: '${a}', column: 1, length: 4 }, line), true)
  t.end()
})
