import fc, { type Arbitrary } from 'fast-check'
import t from 'tap'
import { cuts } from '../../fixtures/generated/arbitraries.js'
import type { Finding } from '../../fixtures/generated/corpus.js'
import { checkCuts, checkAgreement } from '../../fixtures/generated/gateway-reader.js'
import { damagedOf, mutations } from '../../fixtures/generated/mutations.js'
import { tried } from '../../fixtures/generated/properties.js'
import { requests } from '../../fixtures/generated/request-arbitraries.js'
import { answer } from '../../fixtures/generated/response-arbitraries.js'

const validRequests = requests.map((sent) => sent.map((one) => one.bytes).join(''))

const findings: Readonly<Record<Finding['direction'], Arbitrary<Finding>>> = {
  requests: damagedOf(validRequests).map((bytes) => ({ direction: 'requests', answers: '', bytes })),
  responses: fc.tuple(answer, mutations).map(([{ asked, bytes }, mutate]) => ({
    direction: 'responses',
    answers: asked.method,
    bytes: mutate(bytes),
  })),
}

const tight = { maxRequestLineBytes: 40, maxHeadBytes: 120, maxResponseHeadBytes: 120, maxFields: 4 }

for (const [direction, finding] of Object.entries(findings)) {
  tried(t, {
    name: `damaged ${direction} are parsed in one way, however they are cut`,
    runs: 1_000,
    arbitrary: fc.record({
      finding,
      where: cuts,
      ended: fc.boolean(),
      limits: fc.constantFrom({}, tight),
    }),
    ground: () => undefined,
    shown: (value) => value.finding,
    circumstances: ({ where, ended, limits }) => JSON.stringify({ where, ended, limits }),
    holds: (_, { finding, where, ended, limits }) => checkCuts(finding, where, ended, limits),
  })

  tried(t, {
    name: `of damaged ${direction} that Node's parser takes, too, both read the same`,
    runs: 500,
    arbitrary: finding,
    ground: () => undefined,
    shown: (value) => value,
    holds: (_, value) => checkAgreement(value),
  })
}
