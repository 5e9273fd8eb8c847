import { testAttacks } from '../../fixtures/smuggling/attack-run.js'
import { codingAttacks } from '../../fixtures/smuggling/coding-attacks.js'

testAttacks({ 'Transfer-Encoding in all spellings': codingAttacks })
