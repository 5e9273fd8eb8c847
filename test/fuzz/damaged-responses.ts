import fc from 'fast-check'
import t from 'tap'
import { cuts } from '../../fixtures/generated/arbitraries.js'
import { mutations } from '../../fixtures/generated/mutations.js'
import { tried } from '../../fixtures/generated/properties.js'
import { answer } from '../../fixtures/generated/response-arbitraries.js'
import { checkMadAnswer, madStand } from '../../fixtures/generated/response-relay.js'

const madAnswer = fc
  .record({
    valid: answer,
    mutate: mutations,
    where: cuts,
    then: fc.constantFrom('end' as const, 'reset' as const, 'crash' as const, 'keep' as const),
  })
  .map(({ valid, mutate, where, then }) => ({ asked: valid.asked, bytes: mutate(valid.bytes), where, then }))

tried(t, {
  name: 'of damaged answers a client gets a valid one, a refusal, or one that is visibly cut, and the next client its own',
  runs: 400,
  arbitrary: madAnswer,
  ground: madStand,
  shown: ({ asked, bytes }) => ({ direction: 'responses', answers: asked.method, bytes }),
  circumstances: ({ asked, where, then }) => JSON.stringify({ asked, where, then }),
  holds: checkMadAnswer,
})

t.test('an answer that the end delimits is not whole where the origin crashed behind it', async (t) => {
  const stand = await madStand(t)
  const bytes = 'HTTP/1.1 200 OK\r\n\r\nhalf'
  for (const then of ['crash', 'reset'] as const) {
    for (const minorVersion of [0, 1] as const) {
      await checkMadAnswer(stand, { asked: { method: 'GET', minorVersion }, bytes, where: [], then })
    }
  }
  t.pass('all of them')
})
