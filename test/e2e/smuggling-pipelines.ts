import { testAttacks } from '../../fixtures/smuggling/attack-run.js'
import { answeredTwice, earlyAnswers, unfinishedBodies } from '../../fixtures/smuggling/body-attacks.js'
import { behindTheFirst, behindTheLast } from '../../fixtures/smuggling/close-attacks.js'
import { h2cAttacks, webSocketAttacks } from '../../fixtures/smuggling/upgrade-attacks.js'

testAttacks({
  'behind the last request of a connection': behindTheLast,
  'behind a request that nothing is wrong with': behindTheFirst,
  'bodies that never end': unfinishedBodies,
  'answers before the body': earlyAnswers,
  'two answers to one request': answeredTwice,
  'upgrades to h2c': h2cAttacks,
  'a WebSocket that is none': webSocketAttacks,
})
