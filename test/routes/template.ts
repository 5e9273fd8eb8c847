import t from 'tap'
import { templateFrom, templateText } from '../../lib/routes/template.js'

const id = { capture: 'id' }

t.test('a template reads as it is written', (t) => {
  t.equal(templateText(['/a/', id, '/b']), '/a/${id}/b')
  t.equal(templateText([]), '')
  t.end()
})

for (const [what, template, count, rest] of [
  ['text', ['path=/x'], 5, ['/x']],
  ['text with a capture', ['path=/', id, '', id, '/y'], 5, ['/', id, id, '/y']],
  ['a capture that follows at once', ['path=', id], 5, [id]],
  ['nothing', ['path='], 5, []],
  ['all of it', ['/x', id], 0, ['/x', id]],
  ['all of what begins with a capture', [id, 'x'], 0, [id, 'x']],
] as const) {
  t.test(`without its beginning a template is ${what}`, (t) => {
    t.strictSame(templateFrom(template, count), rest)
    t.end()
  })
}
