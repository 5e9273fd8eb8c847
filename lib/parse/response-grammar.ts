import { GatewayError } from '../core/errors.js'
import type { Limits } from '../core/limits.js'
import { ResponseHead } from '../message/response-head.js'
import { llhttpType } from './llhttp.js'
import type { MessageGrammar } from './message-grammar.js'

/** llhttp's numbers for offences against framing fields. */
const framingResults = new Set([4, 11, 15])

/**
 * How responses are read (RFC 9112 section 4).
 * @param requestMethod the method of the request that the next response answers
 */
export function responseGrammar(limits: Limits, requestMethod: () => string): MessageGrammar<ResponseHead> {
  return {
    type: llhttpType.response,
    maxHeadBytes: limits.maxResponseHeadBytes,
    maxFields: limits.maxResponseFields,
    maxTrailerBytes: limits.maxResponseHeadBytes,
    maxTrailerFields: limits.maxResponseFields,
    maxChunkOverheadBytes: limits.maxChunkOverheadBytes,
    skipsEmptyLine: false,
    codes: {
      tooLarge: 'RESPONSE_HEAD_TOO_LARGE',
      chunk: 'RESPONSE_CHUNK',
      trailer: 'RESPONSE_CHUNK',
      endInHead: 'ORIGIN_CLOSED',
      endInBody: 'RESPONSE_INCOMPLETE',
    },
    head: (fields) => new ResponseHead(fields, requestMethod()),
    checkStartLine: () => undefined,
    checkWholeLine: () => undefined,
    refusal: (result, reason) =>
      new GatewayError(framingResults.has(result) ? 'RESPONSE_FRAMING' : 'RESPONSE_MALFORMED', {
        detail: reason,
      }),
  }
}
