import { testAttacks } from '../../fixtures/smuggling/attack-run.js'
import { twoFramings, unexpectedBodies } from '../../fixtures/smuggling/framing-attacks.js'
import { lengthAttacks } from '../../fixtures/smuggling/length-attacks.js'

testAttacks({
  'two framings in one head': twoFramings,
  'a body where none is expected': unexpectedBodies,
  'lengths that are none': lengthAttacks,
})
