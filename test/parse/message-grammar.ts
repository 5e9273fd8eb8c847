import t from 'tap'
import { errorTable } from '../../lib/core/errors.js'
import { limitsWith } from '../../lib/core/limits.js'
import type { HeadFrame, MessageGrammar } from '../../lib/parse/message-grammar.js'
import { requestGrammar } from '../../lib/parse/request-grammar.js'
import { responseGrammar } from '../../lib/parse/response-grammar.js'

const limits = limitsWith({ maxHeadBytes: 1, maxFields: 2, maxResponseHeadBytes: 3, maxResponseFields: 4 })
const request = requestGrammar(limits, 80)
const response = responseGrammar(limits, () => 'GET')

t.test('a parser of either direction knows its bounds, the trailers have those of the head', (t) => {
  const bounds = (grammar: MessageGrammar<never> | MessageGrammar<HeadFrame>): number[] => [
    grammar.maxHeadBytes,
    grammar.maxFields,
    grammar.maxTrailerBytes,
    grammar.maxTrailerFields,
  ]
  t.strictSame(bounds(request as MessageGrammar<HeadFrame>), [1, 2, 1, 2])
  t.strictSame(bounds(response as MessageGrammar<HeadFrame>), [3, 4, 3, 4])
  t.equal(request.maxChunkOverheadBytes, limits.maxChunkOverheadBytes)
  t.equal(response.maxChunkOverheadBytes, limits.maxChunkOverheadBytes)
  t.end()
})

t.test('a request is refused downstream with 4xx, a response upstream with 502', (t) => {
  for (const code of Object.values(request.codes)) {
    t.match(errorTable[code], { side: 'downstream', status: /^4/ }, code)
  }
  for (const code of Object.values(response.codes)) {
    t.match(errorTable[code], { side: 'upstream', status: 502 }, code)
  }
  t.end()
})

t.test('RFC 9112 section 2.2: an empty line is skipped before a request only', (t) => {
  t.strictSame([request.skipsEmptyLine, response.skipsEmptyLine], [true, false])
  t.not(request.type, response.type)
  t.end()
})
