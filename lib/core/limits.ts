/**
 * The one table of limits. Every buffer's bound and every wait's end is a row here; the man page
 * is checked against it. A name ends in its unit: `Bytes`, `Ms`, or a plain count.
 */
interface LimitRow {
  readonly default: number
  readonly text: string
}

const KiB = 1024
const MiB = 1024 * KiB

export const limitTable = {
  maxRequestLineBytes: { default: 8 * KiB, text: 'request line; longer is answered with 414' },
  maxHeadBytes: { default: 16 * KiB, text: 'request head or trailer section; longer is 431' },
  maxFields: { default: 100, text: 'fields of a request head; more is 431' },
  maxResponseHeadBytes: { default: 64 * KiB, text: 'response head; longer is 502' },
  maxResponseFields: { default: 256, text: 'fields of a response head; more is 502' },
  maxChunkOverheadBytes: {
    default: 16 * KiB,
    text: 'chunk sizes and extensions of a body, beyond 16 + 2n bytes for n bytes of content',
  },
  maxInterimResponses: { default: 32, text: '1xx responses in one exchange; more is 502' },
  maxViaLoops: { default: 8, text: 'times a request may have passed this gateway; then 508' },
  maxPostRouteBytes: { default: 256 * KiB, text: 'request body held while the origin is dialled' },
  maxPipelinedBytes: { default: 64 * KiB, text: 'bytes of later requests held while one is served' },
  maxDiscardBytes: { default: 256 * KiB, text: 'request bytes discarded after an early response' },
  maxBufferedBytes: {
    default: 256 * MiB,
    text: 'request bodies and later requests held for all connections together',
  },
  maxConnections: { default: 10_000, text: 'client connections at a time' },
  maxIdlePerOrigin: {
    default: 64,
    text: 'upstream connections kept for one origin when idle for over a second',
  },
  maxIdleUpstream: { default: 512, text: 'idle upstream connections kept in all' },
  headTimeoutMs: { default: 10_000, text: 'first byte of a request to the end of its head; then 408' },
  idleTimeoutMs: { default: 75_000, text: 'kept-alive client connection without a request' },
  bodyTimeoutMs: { default: 30_000, text: 'request body without progress; then 408' },
  minBodyBytesPerSecond: { default: 100, text: 'average of a request body over such a window' },
  connectTimeoutMs: { default: 5_000, text: 'dial of an origin, name look-up included; then 504' },
  responseTimeoutMs: {
    default: 60_000,
    text: 'silence of an origin that owes a response head (then 504) or body',
  },
  stallTimeoutMs: { default: 30_000, text: 'a client or an origin that does not read what it is sent' },
  lingerTimeoutMs: { default: 1_000, text: 'reading on after the last answer, so that it arrives' },
  halfCloseGraceMs: { default: 1_000, text: 'a client that half-closed and still waits' },
  drainTimeoutMs: { default: 10_000, text: 'exchanges in flight after SIGTERM or SIGINT' },
  upstreamIdleMs: { default: 4_000, text: 'age at which an idle upstream connection is closed' },
  upstreamUnsafeIdleMs: {
    default: 1_000,
    text: 'idle time up to which a request that must not be repeated takes a kept connection',
  },
  nameCacheMs: { default: 5_000, text: 'addresses of a looked-up name are kept' },
} as const satisfies Record<string, LimitRow>

export type LimitName = keyof typeof limitTable
export type Limits = Readonly<Record<LimitName, number>>

/** The limits in force: the table's defaults with `changes` (in the table's units) laid over them. */
export function limitsWith(changes: Partial<Limits> = {}): Limits {
  const limits = {} as Record<LimitName, number>
  for (const name of Object.keys(limitTable) as LimitName[]) {
    limits[name] = changes[name] ?? limitTable[name].default
  }
  return limits
}
