import t from 'tap'
import { StatusAnswers } from '../../lib/cli/status-answers.js'

/** Takes so long that it counts as costly. */
function busy(milliseconds: number): void {
  const end = performance.now() + milliseconds
  while (performance.now() < end);
}

t.test('an answer is one line of JSON in ASCII, and knows how late the loop is', async (t) => {
  const answers = new StatusAnswers((loopDelaySeconds) => ({ name: 'é\n', loopDelaySeconds }))
  const asked = answers.answer()
  busy(60)
  const text = await asked
  t.match(text, /^\{"name":"\\u00e9\\n","loopDelaySeconds":[\d.e-]+\}\n$/)
  const { loopDelaySeconds } = JSON.parse(text) as { loopDelaySeconds: number }
  t.ok(loopDelaySeconds >= 0.04, String(loopDelaySeconds))
})

t.test('who asks while it is made gets the same, and who asks later another', async (t) => {
  let made = 0
  const answers = new StatusAnswers(() => ({ made: ++made }))
  const [one, other] = await Promise.all([answers.answer(), answers.answer()])
  t.equal(one, '{"made":1}\n')
  t.equal(other, one)
  t.equal(await answers.answer(), '{"made":2}\n')
})

t.test('a costly answer is kept for a while', async (t) => {
  let made = 0
  const answers = new StatusAnswers(() => {
    busy(20)
    return { made: ++made }
  })
  const first = await answers.answer()
  t.equal(await answers.answer(), first)
  t.equal(made, 1)
})

t.test('an answer that cannot be made is no answer for whoever asks next', async (t) => {
  let made = 0
  const answers = new StatusAnswers(() => {
    if (++made === 1) throw new Error('not now')
    return { made }
  })
  await t.rejects(answers.answer(), { message: 'not now' })
  t.equal(await answers.answer(), '{"made":2}\n')
})
