import type { SidedErrorRow } from './error-row.js'

/** Failures that are the origin's fault, in the order of a connection's life. Part of the table of errors. */
export const upstreamErrors = {
  ORIGIN_UNRESOLVED: {
    phase: 'route',
    status: 502,
    proxyStatus: 'dns_error',
    happened: 'the name of the origin does not resolve',
    remedy: 'check the host of the origin in the routes file',
  },
  ORIGIN_REFUSED: {
    phase: 'route',
    status: 502,
    proxyStatus: 'connection_refused',
    endedBy: 'origin',
    happened: 'the origin refused the connection',
    remedy: 'start the origin, or check its port in the routes file',
  },
  ORIGIN_UNREACHABLE: {
    phase: 'route',
    status: 502,
    proxyStatus: 'destination_unavailable',
    happened: 'the origin could not be reached',
    remedy: 'check the address of the origin in the routes file, and the network to it',
  },
  ORIGIN_TLS: {
    phase: 'route',
    status: 502,
    proxyStatus: 'tls_protocol_error',
    happened: 'the TLS handshake with the origin failed',
    remedy:
      'check that the port of the origin speaks TLS; behind the origin in the routes file ca=FILE trusts its certificate, sni=NAME asks for another name, tls=insecure takes any certificate',
  },
  ORIGIN_CONNECT_TIMEOUT: {
    phase: 'route',
    status: 504,
    proxyStatus: 'connection_timeout',
    happened: 'the origin did not accept the connection in time',
    remedy:
      'check that the origin is alive and its address in the routes file is right; connect= of the route, or --connect-timeout, gives name look-up, TCP and TLS together more time',
  },
  ORIGINS_OUT: {
    phase: 'route',
    status: 503,
    proxyStatus: 'destination_unavailable',
    happened: 'every origin of the route has failed to connect and is left out for a moment',
    remedy: 'start one of the origins and try again; wait= of the route holds requests until one is there',
  },
  ORIGIN_QUEUE_FULL: {
    phase: 'route',
    status: 503,
    proxyStatus: 'connection_limit_reached',
    happened: 'too many requests wait already for one of the connections that the route may have',
    remedy: 'try again in a moment, or raise max-conns= of the route in the routes file',
  },
  ORIGIN_QUEUE_TIMEOUT: {
    phase: 'route',
    status: 503,
    proxyStatus: 'connection_limit_reached',
    happened: 'none of the connections that the route may have came free in time',
    remedy: 'look at why the origin is slow, or raise max-conns= of the route in the routes file',
  },
  ORIGIN_RESET: {
    phase: 'forward',
    status: 502,
    proxyStatus: 'connection_terminated',
    endedBy: 'origin',
    happened: 'the origin broke the connection before a whole response head',
    remedy: 'look at the log of the origin: it crashed, or refuses such requests',
  },
  ORIGIN_STALLED: {
    phase: 'forward',
    status: 504,
    proxyStatus: 'connection_write_timeout',
    happened: 'the origin stopped reading the request',
    remedy: 'look at what the origin is doing; stall= of the route, or --stall-timeout, gives it more time',
  },
  ORIGIN_CLOSED: {
    phase: 'relay',
    status: 502,
    proxyStatus: 'connection_terminated',
    endedBy: 'origin',
    happened: 'the origin ended the connection before a whole response head',
    remedy: 'look at the log of the origin: it crashed, or its port speaks something other than HTTP',
  },
  RESPONSE_TIMEOUT: {
    phase: 'relay',
    status: 504,
    proxyStatus: 'connection_read_timeout',
    happened: 'the origin sent no response head in time',
    remedy:
      'look at what the origin is doing; response= of the route, or --response-timeout, gives it more time',
  },
  RESPONSE_MALFORMED: {
    phase: 'relay',
    status: 502,
    proxyStatus: 'http_protocol_error',
    happened: 'the origin sent something that is not an HTTP/1.1 response',
    remedy:
      'check that the port of the origin speaks plain HTTP; write https:// in the routes file if it speaks TLS',
  },
  RESPONSE_FRAMING: {
    phase: 'relay',
    status: 502,
    proxyStatus: 'http_protocol_error',
    happened: 'the length of the response body is ambiguous',
    remedy: 'let the origin send one Content-Length, or Transfer-Encoding: chunked',
  },
  RESPONSE_HEAD_TOO_LARGE: {
    phase: 'relay',
    status: 502,
    proxyStatus: 'http_response_header_section_size',
    happened: 'the response head has more bytes or fields than the limit',
    remedy:
      'let the origin send fewer or smaller fields, or raise --max-response-head or --max-response-fields',
  },
  RESPONSE_INTERIM: {
    phase: 'relay',
    status: 502,
    proxyStatus: 'http_protocol_error',
    happened: 'the origin sent more 1xx responses than the limit',
    remedy:
      'look at the log of the origin: it repeats a 1xx response; --max-interim-responses lets more pass',
  },
  RESPONSE_SWITCHED: {
    phase: 'relay',
    status: 502,
    proxyStatus: 'http_upgrade_failed',
    happened:
      'the origin switched protocols although nobody asked for it, or to another protocol than was asked for',
    remedy:
      'check what the origin upgrades to; upgrade=any on the route in the routes file lets other upgrades than websocket pass',
  },
  RESPONSE_CHUNK: {
    phase: 'relay',
    status: 502,
    proxyStatus: 'http_response_transfer_coding',
    happened: 'the chunked coding of the response body is broken',
    remedy: 'let the origin send chunks as RFC 9112 section 7.1 has them, or a Content-Length',
  },
  RESPONSE_INCOMPLETE: {
    phase: 'relay',
    status: 502,
    proxyStatus: 'http_response_incomplete',
    endedBy: 'origin',
    happened: 'the origin ended the connection inside the response body',
    remedy: 'look at the log of the origin: it crashed, or announced more than it sent',
  },
  RESPONSE_STALLED: {
    phase: 'relay',
    status: 504,
    proxyStatus: 'connection_read_timeout',
    happened: 'the response body made no progress',
    remedy: 'look at what the origin is doing; stall= of the route, or --stall-timeout, gives it more time',
  },
  TUNNEL_BROKEN: {
    phase: 'relay',
    status: 0,
    proxyStatus: '',
    endedBy: 'origin',
    happened: 'the origin broke the connection of a tunnel',
    remedy: 'look at the log of the origin',
  },
} as const satisfies Record<string, SidedErrorRow>
