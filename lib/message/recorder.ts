import type { GatewayError } from '../core/errors.js'
import type { Ender, ExchangePhase, Phase, TimingName } from '../core/phases.js'

/** How the link came about that an exchange went over last; none: it had none. */
export const linkUses = ['none', 'new', 'reused'] as const
export type LinkUse = (typeof linkUses)[number]

/** How an exchange ended: the same in the log and in metrics. */
export interface Termination {
  /** Who ended it: with the last byte of the response the origin, with an answer of its own the gateway. */
  readonly endedBy: Ender
  /** Where it stood then. */
  readonly phase: ExchangePhase
  readonly connection: LinkUse
  /** How often it was tried again, on another origin or over another connection. */
  readonly retries: number
  /** Content bytes that the client sent, as far as they were read; those of its direction of a tunnel too. */
  readonly requestBytes: number
  /** Content bytes that the client was given, from whomever. */
  readonly responseBytes: number
}

/** The moments of one dial, in milliseconds of the monotonic clock; 0: has not come. */
export interface DialTimes {
  readonly begun: number
  /** It has come to a connection, or failed. */
  readonly ended: number
  /** Of the name look-up, TCP and TLS, in seconds; undefined for what was not needed or not done. */
  readonly nameSeconds: number | undefined
  readonly tcpSeconds: number | undefined
  readonly tlsSeconds: number | undefined
}

/**
 * The named intervals of an exchange, in seconds; undefined: did not happen. They may overlap, so that nobody may
 * add them up.
 */
export interface Intervals {
  /** One of the table of timings. */
  secondsOf(name: TimingName): number | undefined
  /** The last dial for the exchange; undefined where none was needed. */
  readonly dial: DialTimes | undefined
  /** First byte of the request to its last byte written upstream. */
  readonly forwardSeconds: number | undefined
  /** The route is asked for to the destination is connected; undefined where a pooled link was reused. */
  readonly connectSeconds: number | undefined
  /** The request is forwarded, or the first response byte if that comes earlier, to the last response byte given to the client. */
  readonly relaySeconds: number | undefined
  /** First byte of the request to the end of the exchange. */
  readonly totalSeconds: number | undefined
  /** How long the origin was dialled while the body of the request came: what was saved by doing both at once. */
  readonly overlapSeconds: number | undefined
}

/** One ended exchange, as log and metrics see it, or a client that was refused before it began one. */
export interface ExchangeRecord extends Omit<Termination, 'phase'> {
  readonly phase: Phase
  /** The address of the client; '' where it has none. */
  readonly client: string
  readonly method: string
  readonly host: string
  readonly path: string
  /** Without its question mark; undefined where there is none. It may hold secrets. */
  readonly query: string | undefined
  /** Status that the client got; 499 if it left before; 0 if nothing was sent. */
  readonly status: number
  readonly route: string
  /** host:port of the origin, '' if none was chosen. */
  readonly origin: string
  /** X-Request-Id as the origin got it; '' if none went up. */
  readonly requestId: string
  /** undefined for a client that was refused. */
  readonly timings: Intervals | undefined
  readonly error: GatewayError | undefined
}

/** What recorders ask about the routes that are in use. */
export interface RoutesInUse {
  /** How many there are. */
  readonly count: number
  /** Whether a route has the name. */
  hasRoute(name: string): boolean
  /** Whether a route has the origin, as the routes name it. */
  hasOrigin(name: string): boolean
}

/**
 * Where the moments of a connection's life are reported, under the names of the metric table.
 * Called on the hot path: plain calls with plain numbers, nothing kept, nothing thrown.
 */
export interface Recorder {
  /** Whether exchangeEnded and clientRefused want records; where it is false none is made. */
  readonly wantsExchanges: boolean
  connectionStarted(): void
  connectionEnded(seconds: number): void
  failed(error: GatewayError): void
  /** The request is forwarded: its duration, the frames that were parsed and the bytes that passed through. */
  forwarded(seconds: number, framesParsed: number, bytesPassthrough: number): void
  /** A real dial of `origin`, as the routes name it, succeeded. */
  dialled(seconds: number, origin: string): void
  /** A kept link to `origin` was reused instead of dialling. */
  reused(origin: string): void
  /** A request was sent to `origin` behind others that wait on the same connection. */
  pipelined(origin: string): void
  /** Nothing is pipelined to `origin` any more, since it does not keep to the protocol. */
  pipeliningStopped(origin: string, error: GatewayError): void
  relayed(seconds: number, responseBytes: number): void
  /** A tunnel has ended, in which the client sent so many bytes. */
  tunnelled(bytesPassthrough: number): void
  /** An exchange has ended, well or not. */
  exchangeEnded(record: ExchangeRecord & Termination): void
  /** A client was refused before it began an exchange. */
  clientRefused(record: ExchangeRecord): void
  /** These routes are in use from now on: at the start, and after each reload that was good. */
  routesLoaded(routes: RoutesInUse): void
  /** The routes were read again. After a bad reload the ones in use are older than their files. */
  routesReloaded(outcome: ReloadOutcome): void
}

/** What comes of reading routes again: others in use, or those of before because the files are wrong. */
export type ReloadOutcome = 'good' | 'bad'
