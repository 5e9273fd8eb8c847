import { deepEqual, equal } from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { cuts, type Cuts } from '../../fixtures/generated/arbitraries.js'
import { tried } from '../../fixtures/generated/properties.js'
import { answers, type Answer } from '../../fixtures/generated/response-arbitraries.js'
import {
  checkOwedDownstream,
  checkSecondOpinion,
  readAnswers,
  requestFor,
} from '../../fixtures/generated/response-relay.js'
import { sendCut, Stand, within } from '../../fixtures/generated/stand.js'
import { readResponses } from '../../fixtures/generated/strict-reader.js'

interface Plan {
  readonly planned: readonly Answer[]
  readonly where: Cuts
}

const planOf = new WeakMap<Stand, Plan>()

tried(t, {
  name: 'valid answers, in pieces, come to the client with the meaning that the origin sent them with',
  runs: 300,
  arbitrary: fc.record({ planned: answers, where: cuts }),
  ground: (t) =>
    Stand.start(t, async ({ request, peer }, stand) => {
      const plan = planOf.get(stand) as Plan
      const answer = plan.planned[Number(request.start[1].slice(1))] as Answer
      await sendCut(peer, answer.bytes, plan.where)
      if (answer.ends) peer.end()
    }),
  shown: ({ planned }) => ({
    direction: 'responses',
    answers: planned[0]?.asked.method ?? 'GET',
    bytes: planned.map((one) => one.bytes).join(''),
  }),
  async holds(stand, plan) {
    const { planned } = plan
    planOf.set(stand, plan)
    const methods = planned.map(({ asked }) => asked.method)
    const client = await stand.gateway.connect()
    client.send(planned.map(({ asked }, i) => requestFor(asked, `/${i}`)).join(''))
    const all = (): number => readResponses(client.received, methods, { own: true }, client.ended).ends.length
    const due = planned.reduce((sum, { asked, interim }) => sum + 1 + asked.minorVersion * interim.length, 0)
    await within(
      client.until(() => client.ended || all() === due, 'the answers'),
      'the answers',
    )
    client.end()
    await within(client.untilClosed(), 'the end of the client connection')
    equal(client.errorCode, undefined, `the client connection broke: ${client.errorCode}`)
    await stand.untilQuiet()
    stand.look()
    const read = readAnswers({ text: client.received, ended: true }, methods)
    equal(read.rest, '', 'what is left over')
    equal(read.answers.length, planned.length, 'the number of answers')
    for (const [i, answer] of read.answers.entries()) {
      const { asked, interim, final } = planned[i] as Answer
      checkOwedDownstream(answer, [...interim, final], asked)
      await checkSecondOpinion(answer, asked.method)
    }
    for (const { bytes, asked, interim, final, ends } of planned) {
      const own = readResponses(bytes, [asked.method], { own: false }, ends)
      deepEqual(own.messages, [...interim, final], 'the strict reader reads what was generated')
    }
  },
})
