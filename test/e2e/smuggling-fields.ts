import { testAttacks } from '../../fixtures/smuggling/attack-run.js'
import { connectionAttacks, hostAttacks, targetAttacks } from '../../fixtures/smuggling/field-attacks.js'
import { lineAttacks } from '../../fixtures/smuggling/line-attacks.js'

testAttacks({
  'lines that end elsewhere': lineAttacks,
  'whom a request asks': hostAttacks,
  'targets against Host': targetAttacks,
  'fields that would go': connectionAttacks,
})
