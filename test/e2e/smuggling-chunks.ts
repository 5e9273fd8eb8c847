import { chunkAttacks, fairChunks } from '../../fixtures/smuggling/chunk-attacks.js'
import { testAttacks } from '../../fixtures/smuggling/attack-run.js'

testAttacks({ 'chunks that are none': chunkAttacks, 'chunks by the letter': fairChunks })
