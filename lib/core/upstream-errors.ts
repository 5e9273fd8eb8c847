import type { SidedErrorRow } from './error-row.js'

/** Failures that are the origin's fault, in the order of a connection's life. Part of the table of errors. */
export const upstreamErrors = {
  ORIGIN_UNRESOLVED: {
    phase: 'route',
    status: 502,
    happened: 'the name of the origin does not resolve',
    remedy: 'check the host of the origin in the routes file',
  },
  ORIGIN_REFUSED: {
    phase: 'route',
    status: 502,
    happened: 'the origin refused the connection',
    remedy: 'start the origin, or check its port in the routes file',
  },
  ORIGIN_UNREACHABLE: {
    phase: 'route',
    status: 502,
    happened: 'the origin could not be reached',
    remedy: 'check the address of the origin and the network to it',
  },
  ORIGIN_TLS: {
    phase: 'route',
    status: 502,
    happened: 'the TLS handshake with the origin failed',
    remedy: 'check the certificate of the origin and that its port speaks TLS',
  },
  ORIGIN_CONNECT_TIMEOUT: {
    phase: 'route',
    status: 504,
    happened: 'the origin did not accept the connection in time',
    remedy: 'check that the origin is alive; the dial covers name look-up, TCP and TLS together',
  },
  ORIGIN_RESET: {
    phase: 'forward',
    status: 502,
    happened: 'the origin broke the connection while the request was being forwarded',
    remedy: 'look at the log of the origin',
  },
  ORIGIN_STALLED: {
    phase: 'forward',
    status: 504,
    happened: 'the origin stopped reading the request',
    remedy: 'look at the log of the origin',
  },
  ORIGIN_CLOSED: {
    phase: 'relay',
    status: 502,
    happened: 'the origin ended the connection before a whole response head',
    remedy: 'look at the log of the origin',
  },
  RESPONSE_TIMEOUT: {
    phase: 'relay',
    status: 504,
    happened: 'the origin sent no response head in time',
    remedy: 'look at what the origin is doing',
  },
  RESPONSE_MALFORMED: {
    phase: 'relay',
    status: 502,
    happened: 'the origin sent something that is not an HTTP/1.1 response',
    remedy: 'check that the port of the origin speaks plain HTTP',
  },
  RESPONSE_FRAMING: {
    phase: 'relay',
    status: 502,
    happened: 'the length of the response body is ambiguous',
    remedy: 'let the origin send one Content-Length, or Transfer-Encoding: chunked',
  },
  RESPONSE_HEAD_TOO_LARGE: {
    phase: 'relay',
    status: 502,
    happened: 'the response head has more bytes or fields than the limit',
    remedy: 'let the origin send fewer or smaller fields',
  },
  RESPONSE_INTERIM: {
    phase: 'relay',
    status: 502,
    happened: 'the origin sent more 1xx responses than the limit',
    remedy: 'look at the log of the origin',
  },
  RESPONSE_SWITCHED: {
    phase: 'relay',
    status: 502,
    happened: 'the origin switched protocols although nobody asked for it',
    remedy: 'look at the log of the origin',
  },
  RESPONSE_CHUNK: {
    phase: 'relay',
    status: 502,
    happened: 'the chunked coding of the response body is broken',
    remedy: 'look at the log of the origin',
  },
  RESPONSE_INCOMPLETE: {
    phase: 'relay',
    status: 502,
    happened: 'the origin ended the connection inside the response body',
    remedy: 'look at the log of the origin',
  },
  RESPONSE_STALLED: {
    phase: 'relay',
    status: 504,
    happened: 'the response body made no progress',
    remedy: 'look at what the origin is doing',
  },
} as const satisfies Record<string, SidedErrorRow>
