import type { Phase, Side } from './phases.js'

/**
 * The one table of errors. A row says where a failure belongs, which status answers it downstream
 * (0: no answer is possible or owed), what happened and what to do. The failure answers, the log,
 * the `code` label of connection_errors and the man page all come from it.
 */
interface ErrorRow {
  readonly phase: Phase
  readonly side: Side
  readonly status: number
  readonly happened: string
  readonly remedy: string
}

export const errorTable = {
  LISTEN_IN_USE: {
    phase: 'accept',
    side: 'gateway',
    status: 0,
    happened: 'the address is in use by another process',
    remedy: 'stop that process, or give another --listen',
  },
  LISTEN_FAILED: {
    phase: 'accept',
    side: 'gateway',
    status: 0,
    happened: 'the address cannot be listened on',
    remedy: 'give an address of this machine and a port that you may open',
  },
  ACCEPT_FAILED: {
    phase: 'accept',
    side: 'gateway',
    status: 0,
    happened: 'a connection could not be accepted',
    remedy: 'raise the limit of open files (ulimit -n)',
  },
  CONNECTION_LIMIT: {
    phase: 'accept',
    side: 'gateway',
    status: 503,
    happened: 'there are as many client connections as the limit allows',
    remedy: 'try again; raise the connection limit',
  },
  CLIENT_RESET: {
    phase: 'accept',
    side: 'downstream',
    status: 0,
    happened: 'the client connection broke while no request was under way',
    remedy: 'nothing; the client went away',
  },
  NO_ROUTING_FRAME: {
    phase: 'parse',
    side: 'downstream',
    status: 400,
    happened: 'the stream ended inside a request head, before host and path were known',
    remedy: 'send a whole request head, up to its empty line',
  },
  REQUEST_MALFORMED: {
    phase: 'parse',
    side: 'downstream',
    status: 400,
    happened: 'the bytes are not an HTTP/1.1 request',
    remedy: 'send HTTP/1.1 in plain text to this port',
  },
  REQUEST_TLS: {
    phase: 'parse',
    side: 'downstream',
    status: 400,
    happened: 'the client speaks TLS to a port that speaks plain HTTP',
    remedy: 'use http:// instead of https://',
  },
  REQUEST_VERSION: {
    phase: 'parse',
    side: 'downstream',
    status: 505,
    happened: 'the request is of another version than HTTP/1.0 and HTTP/1.1',
    remedy: 'use HTTP/1.1',
  },
  REQUEST_METHOD_UNKNOWN: {
    phase: 'parse',
    side: 'downstream',
    status: 501,
    happened: 'the request method is not known here',
    remedy: 'use a registered method',
  },
  REQUEST_TARGET: {
    phase: 'parse',
    side: 'downstream',
    status: 400,
    happened: 'the request target is not valid',
    remedy: 'send a path that starts with / and encode what a path may not hold',
  },
  REQUEST_MISDIRECTED: {
    phase: 'parse',
    side: 'downstream',
    status: 421,
    happened: 'the request target names a scheme that this port does not serve',
    remedy: 'use an http:// URL',
  },
  REQUEST_HOST: {
    phase: 'parse',
    side: 'downstream',
    status: 400,
    happened: 'the Host field is missing, repeated or not host[:port]',
    remedy: 'send exactly one Host field',
  },
  REQUEST_FIELD: {
    phase: 'parse',
    side: 'downstream',
    status: 400,
    happened: 'a field of the request is not allowed as it stands',
    remedy: 'see the cause',
  },
  REQUEST_FRAMING: {
    phase: 'parse',
    side: 'downstream',
    status: 400,
    happened: 'the length of the request body is ambiguous',
    remedy: 'send one Content-Length, or Transfer-Encoding: chunked',
  },
  REQUEST_TRANSFER_CODING: {
    phase: 'parse',
    side: 'downstream',
    status: 501,
    happened: 'the request uses a transfer coding other than chunked',
    remedy: 'send Transfer-Encoding: chunked alone',
  },
  REQUEST_LINE_TOO_LONG: {
    phase: 'parse',
    side: 'downstream',
    status: 414,
    happened: 'the request line is longer than the limit',
    remedy: 'shorten the URL',
  },
  REQUEST_HEAD_TOO_LARGE: {
    phase: 'parse',
    side: 'downstream',
    status: 431,
    happened: 'the request head has more bytes or fields than the limit',
    remedy: 'send fewer or smaller fields (cookies are the usual cause)',
  },
  REQUEST_HEAD_TIMEOUT: {
    phase: 'parse',
    side: 'downstream',
    status: 408,
    happened: 'the request head was not complete in time',
    remedy: 'send the head at once',
  },
  REQUEST_EXPECTATION: {
    phase: 'parse',
    side: 'downstream',
    status: 417,
    happened: 'the request expects something other than 100-continue',
    remedy: 'leave the Expect field out',
  },
  REQUEST_LOOP: {
    phase: 'route',
    side: 'downstream',
    status: 508,
    happened: 'the request has passed this gateway too often',
    remedy: 'let no route lead back to the gateway itself',
  },
  NO_ROUTE: {
    phase: 'route',
    side: 'downstream',
    status: 404,
    happened: 'no route takes this host and path',
    remedy: 'add a route for them to the routes file',
  },
  PATH_AMBIGUOUS: {
    phase: 'route',
    side: 'downstream',
    status: 400,
    happened: 'the path leads to another route once its dot segments and encoded slashes are resolved',
    remedy: 'send the path in its resolved form',
  },
  REQUEST_CHUNK: {
    phase: 'forward',
    side: 'downstream',
    status: 400,
    happened: 'the chunked coding of the request body is broken',
    remedy: 'send chunks as RFC 9112 section 7.1 has them',
  },
  REQUEST_TRAILER: {
    phase: 'forward',
    side: 'downstream',
    status: 400,
    happened: 'the trailer section of the request is not allowed as it stands',
    remedy: 'send fewer trailers, and no framing fields among them',
  },
  REQUEST_INCOMPLETE: {
    phase: 'forward',
    side: 'downstream',
    status: 400,
    happened: 'the client ended the connection inside the request body',
    remedy: 'send the whole body',
  },
  REQUEST_BODY_TIMEOUT: {
    phase: 'forward',
    side: 'downstream',
    status: 408,
    happened: 'the request body made no progress',
    remedy: 'send the body without long pauses',
  },
  BUFFERS_FULL: {
    phase: 'forward',
    side: 'gateway',
    status: 503,
    happened: 'all connections together hold as many bytes as the limit allows',
    remedy: 'try again; find out which origin or client is slow',
  },
  ORIGIN_UNRESOLVED: {
    phase: 'route',
    side: 'upstream',
    status: 502,
    happened: 'the name of the origin does not resolve',
    remedy: 'check the host of the origin in the routes file',
  },
  ORIGIN_REFUSED: {
    phase: 'route',
    side: 'upstream',
    status: 502,
    happened: 'the origin refused the connection',
    remedy: 'start the origin, or check its port in the routes file',
  },
  ORIGIN_UNREACHABLE: {
    phase: 'route',
    side: 'upstream',
    status: 502,
    happened: 'the origin could not be reached',
    remedy: 'check the address of the origin and the network to it',
  },
  ORIGIN_CONNECT_TIMEOUT: {
    phase: 'route',
    side: 'upstream',
    status: 504,
    happened: 'the origin did not accept the connection in time',
    remedy: 'check that the origin is alive; the dial covers name look-up and TCP together',
  },
  ORIGIN_RESET: {
    phase: 'forward',
    side: 'upstream',
    status: 502,
    happened: 'the origin broke the connection while the request was being forwarded',
    remedy: 'look at the log of the origin',
  },
  ORIGIN_STALLED: {
    phase: 'forward',
    side: 'upstream',
    status: 504,
    happened: 'the origin stopped reading the request',
    remedy: 'look at the log of the origin',
  },
  ORIGIN_CLOSED: {
    phase: 'relay',
    side: 'upstream',
    status: 502,
    happened: 'the origin ended the connection before a whole response head',
    remedy: 'look at the log of the origin',
  },
  RESPONSE_TIMEOUT: {
    phase: 'relay',
    side: 'upstream',
    status: 504,
    happened: 'the origin sent no response head in time',
    remedy: 'look at what the origin is doing',
  },
  RESPONSE_MALFORMED: {
    phase: 'relay',
    side: 'upstream',
    status: 502,
    happened: 'the origin sent something that is not an HTTP/1.1 response',
    remedy: 'check that the port of the origin speaks plain HTTP',
  },
  RESPONSE_FRAMING: {
    phase: 'relay',
    side: 'upstream',
    status: 502,
    happened: 'the length of the response body is ambiguous',
    remedy: 'let the origin send one Content-Length, or Transfer-Encoding: chunked',
  },
  RESPONSE_HEAD_TOO_LARGE: {
    phase: 'relay',
    side: 'upstream',
    status: 502,
    happened: 'the response head has more bytes or fields than the limit',
    remedy: 'let the origin send fewer or smaller fields',
  },
  RESPONSE_INTERIM: {
    phase: 'relay',
    side: 'upstream',
    status: 502,
    happened: 'the origin sent more 1xx responses than the limit',
    remedy: 'look at the log of the origin',
  },
  RESPONSE_SWITCHED: {
    phase: 'relay',
    side: 'upstream',
    status: 502,
    happened: 'the origin switched protocols although nobody asked for it',
    remedy: 'look at the log of the origin',
  },
  RESPONSE_CHUNK: {
    phase: 'relay',
    side: 'upstream',
    status: 502,
    happened: 'the chunked coding of the response body is broken',
    remedy: 'look at the log of the origin',
  },
  RESPONSE_INCOMPLETE: {
    phase: 'relay',
    side: 'upstream',
    status: 502,
    happened: 'the origin ended the connection inside the response body',
    remedy: 'look at the log of the origin',
  },
  RESPONSE_STALLED: {
    phase: 'relay',
    side: 'upstream',
    status: 504,
    happened: 'the response body made no progress',
    remedy: 'look at what the origin is doing',
  },
  CLIENT_STALLED: {
    phase: 'relay',
    side: 'downstream',
    status: 0,
    happened: 'the client stopped reading the response',
    remedy: 'nothing; the client is slow or gone',
  },
  CLIENT_GONE: {
    phase: 'relay',
    side: 'downstream',
    status: 499,
    happened: 'the client went away before the response was complete',
    remedy: 'nothing; 499 stands in the log only',
  },
  DRAINED: {
    phase: 'relay',
    side: 'gateway',
    status: 503,
    happened: 'the gateway stopped before the exchange was complete',
    remedy: 'try again once it runs; raise the drain time',
  },
  INTERNAL: {
    phase: 'relay',
    side: 'gateway',
    status: 500,
    happened: 'railscale itself failed',
    remedy: 'report it with the log line',
  },
} as const satisfies Record<string, ErrorRow>

export type ErrorCode = keyof typeof errorTable

interface ErrorOptions {
  /** What exactly was wrong, in words of our own or the name of a system error; never raw input. */
  readonly detail?: string
  /** Where the failure really came up, if not where the table has it. */
  readonly phase?: Phase
  readonly cause?: unknown
}

/** Every failure of a connection or an exchange: a row of the table with its detail and cause. */
export class GatewayError extends Error {
  readonly code: ErrorCode
  readonly phase: Phase
  readonly side: Side
  readonly status: number
  readonly detail: string

  constructor(code: ErrorCode, options: ErrorOptions = {}) {
    const row: ErrorRow = errorTable[code]
    super(options.detail ? `${row.happened}: ${options.detail}` : row.happened)
    this.name = 'GatewayError'
    this.code = code
    this.phase = options.phase ?? row.phase
    this.side = row.side
    this.status = row.status
    this.detail = options.detail ?? ''
    if (options.cause !== undefined) this.cause = options.cause
  }
}

/** `error` itself if it is one of ours, else a GatewayError of `code` that keeps it as its cause. */
export function asGatewayError(error: unknown, code: ErrorCode = 'INTERNAL'): GatewayError {
  if (error instanceof GatewayError) return error
  return new GatewayError(code, { detail: detailOf(error), cause: error })
}

/** The name of a system error, else the message of what was thrown. */
function detailOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code } = error as { code?: unknown }
  return typeof code === 'string' ? code : error.message
}
