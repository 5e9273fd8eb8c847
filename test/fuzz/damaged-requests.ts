import fc from 'fast-check'
import t from 'tap'
import { cuts } from '../../fixtures/generated/arbitraries.js'
import { damagedOf } from '../../fixtures/generated/mutations.js'
import { tried } from '../../fixtures/generated/properties.js'
import { requests } from '../../fixtures/generated/request-arbitraries.js'
import { checkDamagedRequests, markingStand } from '../../fixtures/generated/request-relay.js'

const valid = requests.map((sent) => sent.map((one) => one.bytes).join(''))

tried(t, {
  name: 'of damaged requests nothing comes to the origin but whole ones that all parsers read in one way',
  runs: 500,
  arbitrary: fc.record({ bytes: damagedOf(valid), where: cuts }),
  ground: markingStand,
  shown: ({ bytes }) => ({ direction: 'requests', answers: '', bytes }),
  holds: (stand, { bytes, where }) => checkDamagedRequests(stand, bytes, where),
})
