import { deepEqual, equal } from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { cuts } from '../../fixtures/generated/arbitraries.js'
import { tried } from '../../fixtures/generated/properties.js'
import { requests } from '../../fixtures/generated/request-arbitraries.js'
import {
  checkAnswers,
  checkOwedUpstream,
  markingStand,
  relayRequests,
} from '../../fixtures/generated/request-relay.js'
import { readRequests, readResponses } from '../../fixtures/generated/strict-reader.js'

tried(t, {
  name: 'valid requests, pipelined and in pieces, come to the origin with the meaning that they were sent with',
  runs: 300,
  arbitrary: fc.record({ sent: requests, where: cuts }),
  ground: markingStand,
  shown: ({ sent }) => ({ direction: 'requests', answers: '', bytes: sent.map((one) => one.bytes).join('') }),
  async holds(stand, { sent, where }) {
    const bytes = sent.map((one) => one.bytes).join('')
    const messages = sent.map((one) => one.message)
    const read = readRequests(bytes, { own: false })
    deepEqual([read.messages, read.end, read.offence], [messages, bytes.length, ''])
    const methods = messages.map(({ start }) => start[0])
    const answered = (received: string): boolean =>
      readResponses(received, methods, { own: true }, false).messages.length === methods.length
    const relayed = await relayRequests(stand, bytes, where, answered)
    checkOwedUpstream(relayed.arrivals, messages, stand)
    equal(relayed.arrivals.length, messages.length, 'the number of requests')
    equal(checkAnswers(relayed), false, 'nothing is refused')
  },
})
