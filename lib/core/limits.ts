/**
 * The one table of limits. Every buffer's bound and every wait's end is a row here; the options of `serve`
 * and the man page are made from it. A name ends in its unit: `Bytes`, `Ms`, `BytesPerSecond`, or a plain count.
 */
interface LimitRow {
  readonly default: number
  readonly text: string
  /** What 0 means. Without it 0 is no value: a wait must end, and a bound of nothing lets nothing through. */
  readonly zero?: string
  /** The least and the most that make sense, in the unit of the name; 0 is a matter of `zero`. */
  readonly least?: number
  readonly most?: number
  /** The limit that holds as well, so that beyond it this one would do nothing. */
  readonly within?: string
}

const KiB = 1024
const MiB = 1024 * KiB

/**
 * A head that comes byte by byte is looked at anew with each, so that its cost grows with the square of its
 * size: beyond this that would be felt.
 */
const mostRequestHead = 64 * KiB
const mostResponseHead = 256 * KiB

export const limitTable = {
  maxRequestLineBytes: {
    within: 'maxHeadBytes',
    default: 8 * KiB,
    least: 256,
    most: mostRequestHead,
    text: 'request line; longer is answered with 414',
  },
  maxHeadBytes: {
    default: 16 * KiB,
    least: KiB,
    most: mostRequestHead,
    text: 'request head or trailer section; longer is 431',
  },
  maxFields: { default: 100, most: 1_000, text: 'fields of a request head; more is 431' },
  maxResponseHeadBytes: {
    default: 64 * KiB,
    least: KiB,
    most: mostResponseHead,
    text: 'response head; longer is 502',
  },
  maxResponseFields: { default: 256, most: 1_000, text: 'fields of a response head; more is 502' },
  maxChunkOverheadBytes: {
    default: 16 * KiB,
    zero: 'nothing beyond that',
    text: 'chunk sizes and extensions of a body, beyond 16 + 2n bytes for each chunk of n',
  },
  maxInterimResponses: { default: 32, text: '1xx responses in one exchange; more is 502' },
  maxViaLoops: { default: 8, text: 'times a request may have passed this gateway; then 508' },
  maxPostRouteBytes: {
    within: 'maxBufferedBytes',
    default: 256 * KiB,
    least: KiB,
    text: 'request body held while the origin is dialled',
  },
  maxPipelinedBytes: {
    within: 'maxBufferedBytes',
    default: 64 * KiB,
    least: KiB,
    text: 'bytes of later requests held while one is served',
  },
  maxDiscardBytes: {
    default: 256 * KiB,
    zero: 'none',
    text: 'request bytes discarded after an early response',
  },
  maxBufferedBytes: {
    default: 256 * MiB,
    least: 64 * KiB,
    text: 'bytes held for all connections together, half of it at least for request bodies and later requests, half for what is not read',
  },
  maxConnections: {
    default: 10_000,
    most: 1_000_000,
    text: 'client connections at a time; fewer where the process may not open files for twice as many',
  },
  maxIdlePerOrigin: {
    within: 'maxIdleUpstream',
    default: 64,
    zero: 'none',
    text: 'upstream connections kept for one origin when idle for over a second',
  },
  maxIdleUpstream: { default: 512, zero: 'none', text: 'idle upstream connections kept in all' },
  headTimeoutMs: { default: 10_000, text: 'first byte of a request to the end of its head; then 408' },
  idleTimeoutMs: { default: 75_000, text: 'kept-alive client connection without a request' },
  bodyTimeoutMs: { default: 30_000, text: 'request body without progress; then 408' },
  minBodyBytesPerSecond: {
    default: 100,
    zero: 'any will do',
    text: 'bytes a second of a request body, on average over such a window; fewer is 408',
  },
  connectTimeoutMs: { default: 5_000, text: 'dial of an origin, name look-up included; then 504' },
  responseTimeoutMs: {
    default: 60_000,
    text: 'silence of an origin that owes a response head (then 504) or body',
  },
  stallTimeoutMs: { default: 30_000, text: 'a client or an origin that does not read what it is sent' },
  lingerTimeoutMs: {
    default: 1_000,
    zero: 'not at all',
    text: 'reading on after the last answer, so that it arrives',
  },
  halfCloseGraceMs: {
    default: 1_000,
    zero: 'it is taken to be gone at once',
    text: 'a client that half-closed and still waits',
  },
  drainTimeoutMs: {
    default: 10_000,
    zero: 'they are cut at once',
    text: 'exchanges in flight after SIGTERM or SIGINT',
  },
  upstreamIdleMs: {
    default: 4_000,
    zero: 'none is kept',
    text: 'age at which an idle upstream connection is closed',
  },
  upstreamUnsafeIdleMs: {
    within: 'upstreamIdleMs',
    default: 1_000,
    zero: 'only one that has just been used',
    text: 'idle time up to which a request that must not be repeated takes a kept connection',
  },
  originLeftOutMs: {
    within: 'originLeftOutMaxMs',
    default: 1_000,
    zero: 'not at all',
    text: 'an origin that cannot be reached is left out by routes that have others; doubles with each failure',
  },
  originLeftOutMaxMs: {
    default: 10_000,
    zero: 'not at all',
    text: 'the longest that an origin is left out',
  },
  waitRetryMs: {
    default: 200,
    least: 10,
    text: 'how often a route with wait= tries whether an origin can be reached',
  },
  maxQueuedRequests: {
    default: 1_000,
    zero: 'none waits',
    text: 'requests of one route that wait for one of its max-conns connections; more is 503',
  },
  queueTimeoutMs: { default: 30_000, text: 'wait of a request for such a connection; then 503' },
  pipelineTimeoutMs: {
    default: 1_000,
    text: 'a response that takes longer gets no more requests of pipelining= behind it; one that waits behind others goes over a connection of its own then',
  },
  tunnelTimeoutMs: { default: 3_600_000, text: 'tunnel without a byte in either direction' },
  nameCacheMs: {
    default: 5_000,
    zero: 'each dial looks anew',
    text: 'addresses of a looked-up name are kept',
  },
} as const satisfies Record<string, LimitRow>

export type LimitName = keyof typeof limitTable
export const limitRows: Readonly<Record<LimitName, LimitRow>> = limitTable
export const limitNames = Object.keys(limitTable) as LimitName[]
export type Limits = Readonly<Record<LimitName, number>>

/** The limits in force: the table's defaults with `changes` (in the table's units) laid over them. */
export function limitsWith(changes: Partial<Limits> = {}): Limits {
  const limits = {} as Record<LimitName, number>
  for (const name of limitNames) {
    limits[name] = changes[name] ?? limitTable[name].default
  }
  return limits
}
