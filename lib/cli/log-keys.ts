/** What is known of a member of a line of the JSON log; a row of the table of log keys. */
export interface LogKeyRow {
  /** text: a string; count: a whole number; seconds: a number with microseconds. */
  readonly type: 'text' | 'count' | 'seconds'
  /** When a line has it; '' if every line has. */
  readonly when: string
  readonly text: string
}

const answered = 'an answer began, or would have'
const failed = 'it failed'
const dialled = 'an origin was dialled'
const forwarded = 'the request went up whole'

/**
 * The one table of log keys, in the order in which a line has them: the man page comes from it, and the lines are
 * checked against it. The names with dots are those of OpenTelemetry's semantic conventions for HTTP; where these have
 * none, ours are plain.
 */
export const logKeys = {
  time: row('text', '', 'when the exchange ended, in UTC (RFC 3339)'),
  'client.address': row('text', 'it came over TCP', 'address of the client'),
  'http.request.method': row('text', 'it is known', 'method'),
  'server.address': row('text', 'it is known', 'host that the request names'),
  'url.path': row('text', 'it is known', 'path as it came, without query'),
  'url.query': row('text', '--log-query is given', 'query as it came'),
  'http.response.status_code': row('count', answered, 'status; 499 if the client went away before'),
  'http.route': row('text', 'a route took it', 'name of the route'),
  origin: row('text', 'one was chosen', 'origin as the routes name it'),
  'http.request.body.size': row('count', '', 'content that the client sent, in bytes'),
  'http.response.body.size': row('count', '', 'content that the client was given, in bytes'),
  ended_by: row(
    'text',
    '',
    'client, gateway or origin: who sent the last byte, went away, refused or gave up; of a tunnel who ended its direction first',
  ),
  phase: row('text', '', 'accept, parse, route, forward or relay: where it stood then'),
  connection: row('text', '', 'to the origin: none, new or reused'),
  retries: row(
    'count',
    '',
    'tries on another origin, or over another connection; what is tried while wait= holds the request is none',
  ),
  request_id: row('text', 'it went up', 'X-Request-Id as the origin got it'),
  total_duration_seconds: row('seconds', 'it began', 'first byte of the request to the end of the exchange'),
  forward_duration_seconds: row(
    'seconds',
    forwarded,
    'first byte of the request to its last byte written upstream',
  ),
  connect_duration_seconds: row('seconds', dialled, 'the route is asked for to the destination is connected'),
  relay_duration_seconds: row(
    'seconds',
    forwarded,
    'the request is forwarded (or the first byte of the response, if earlier) to the last byte given to the client',
  ),
  parse_seconds: timing('a request came', 'first byte of the request to the end of its head'),
  route_seconds: timing('a head came', 'matching the route'),
  dial_seconds: timing(dialled, 'name, TCP and TLS of the last dial'),
  dial_name_seconds: row('seconds', 'a name was looked up', 'look-up of the name'),
  dial_tcp_seconds: row('seconds', 'TCP was tried', 'handshake of TCP'),
  dial_tls_seconds: row('seconds', 'TLS was tried', 'handshake of TLS'),
  body_seconds: timing('the request has a body', 'end of the head to the last byte of the body'),
  wait_seconds: timing('the request went up', 'request forwarded to the first byte of the response'),
  relay_seconds: timing('a response came', 'first to last byte of the response'),
  overlap_seconds: row(
    'seconds',
    'there are a dial and a body',
    'how long the origin was dialled while the body came; timings overlap, so they are not to be added up',
  ),
  'error.type': row('text', failed, 'code of the failure (see ERRORS)'),
  error_side: row('text', failed, 'downstream, upstream or gateway: whose it is'),
  error_detail: row('text', 'more is known', 'what is known of its cause'),
} as const satisfies Record<string, LogKeyRow>

export type LogKey = keyof typeof logKeys

function row(type: LogKeyRow['type'], when: string, text: string): LogKeyRow {
  return { type, when, text }
}

function timing(when: string, text: string): LogKeyRow {
  return row('seconds', when, text)
}
