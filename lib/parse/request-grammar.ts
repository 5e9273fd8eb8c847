import { GatewayError } from '../core/errors.js'
import type { Limits } from '../core/limits.js'
import { isKnownMethod } from '../message/methods.js'
import { checkRequestLine, RequestHead } from '../message/request-head.js'
import { llhttpResult, llhttpType } from './llhttp.js'
import type { MessageGrammar } from './message-grammar.js'

const token = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+/
/** llhttp's numbers for offences against framing fields. */
const framingResults = new Set([4, 11, 15])

let last: { limits: Limits; listenerPort: number; grammar: MessageGrammar<RequestHead> } | undefined

/** How requests are read (RFC 9112 section 3), for a connection taken by the listener on `listenerPort`. */
export function requestGrammar(limits: Limits, listenerPort: number): MessageGrammar<RequestHead> {
  // Thousands of connections come in on the same few ports.
  if (last?.limits !== limits || last.listenerPort !== listenerPort)
    last = { limits, listenerPort, grammar: newGrammar(limits, listenerPort) }
  return last.grammar
}

function newGrammar(limits: Limits, listenerPort: number): MessageGrammar<RequestHead> {
  // RFC 9112 section 3 has 414 for what is longer; RFC 6585 section 5 has 431 for the head.
  const tooLong = (line: number): boolean => line > limits.maxRequestLineBytes
  return {
    type: llhttpType.request,
    maxHeadBytes: limits.maxHeadBytes,
    maxFields: limits.maxFields,
    maxTrailerBytes: limits.maxHeadBytes,
    maxTrailerFields: limits.maxFields,
    maxChunkOverheadBytes: limits.maxChunkOverheadBytes,
    skipsEmptyLine: true,
    codes: {
      tooLarge: 'REQUEST_HEAD_TOO_LARGE',
      chunk: 'REQUEST_CHUNK',
      trailer: 'REQUEST_TRAILER',
      endInHead: 'NO_ROUTING_FRAME',
      endInBody: 'REQUEST_INCOMPLETE',
    },
    head: (fields, spans) => new RequestHead(fields, spans.targetStart, spans.targetEnd, listenerPort),
    checkStartLine(text) {
      if (tooLong(text.length) && tooLong(lineLength(text))) throw new GatewayError('REQUEST_LINE_TOO_LONG')
    },
    // What HTTP/0.9 sends is no request line: nobody need wait for fields behind it.
    checkWholeLine: (text, spans) => checkRequestLine(text, spans.targetStart, spans.targetEnd),
    refusal(result, reason, text, at) {
      if (tooLong(at) && tooLong(lineLength(text))) return new GatewayError('REQUEST_LINE_TOO_LONG')
      if (result === llhttpResult.invalidMethod) return unknownMethod(text, limits.maxRequestLineBytes)
      return refusalOf(result, reason)
    },
  }
}

function lineLength(text: string): number {
  const end = text.indexOf('\n')
  return end === -1 ? text.length : end + 1
}

/** A method is told from garbage by what ends it, which may not have arrived yet. */
function unknownMethod(text: string, maxBytes: number): GatewayError | undefined {
  if (text.charCodeAt(0) === 0x16) return new GatewayError('REQUEST_TLS')
  const method = token.exec(text)?.[0] ?? ''
  if (method.length > maxBytes) return new GatewayError('REQUEST_LINE_TOO_LONG')
  if (method.length === text.length) return undefined
  if (method === '' || text[method.length] !== ' ' || isKnownMethod(method)) {
    return new GatewayError('REQUEST_MALFORMED', { detail: 'the request line has no valid method' })
  }
  return new GatewayError('REQUEST_METHOD_UNKNOWN')
}

/**
 * llhttp refuses bare CR and LF (RFC 9112 section 2.2), blanks before a colon (5.1), obs-fold (5.2), names that are
 * no tokens and controls in values (RFC 9110 sections 5.1 and 5.5), and all but visible ASCII in targets (RFC 3986).
 */
function refusalOf(result: number, reason: string): GatewayError {
  if (result === llhttpResult.pausedH2Upgrade)
    return new GatewayError('REQUEST_VERSION', { detail: 'HTTP/2' })
  if (result === llhttpResult.invalidVersion && reason === 'Invalid HTTP version') {
    return new GatewayError('REQUEST_VERSION')
  }
  if (result === llhttpResult.invalidConstant && reason.startsWith('Invalid method for HTTP')) {
    return new GatewayError('REQUEST_METHOD_UNKNOWN')
  }
  return new GatewayError(framingResults.has(result) ? 'REQUEST_FRAMING' : 'REQUEST_MALFORMED', {
    detail: reason,
  })
}
