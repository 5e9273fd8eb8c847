import type { GatewayError } from '../core/errors.js'

/** One ended exchange, as the log shows it. Durations in seconds; undefined: did not happen. */
export interface ExchangeRecord {
  readonly method: string
  readonly host: string
  readonly path: string
  /** Status that the client got; 499 if it left before; 0 if nothing was sent. */
  readonly status: number
  readonly route: string
  /** host:port of the origin, '' if none was chosen. */
  readonly origin: string
  readonly requestBytes: number
  readonly responseBytes: number
  readonly forwardSeconds: number | undefined
  /** undefined where a pooled link was reused. */
  readonly connectSeconds: number | undefined
  readonly relaySeconds: number | undefined
  readonly error: GatewayError | undefined
}

/**
 * Where the moments of a connection's life are reported, under the names of the metric table.
 * Called on the hot path: plain calls with plain numbers, nothing kept, nothing thrown.
 */
export interface Recorder {
  /** Whether exchangeDone wants records; where it is false none is made. */
  readonly wantsExchanges: boolean
  connectionStarted(): void
  connectionEnded(seconds: number): void
  failed(error: GatewayError): void
  /** The request is forwarded: its duration, the frames that were parsed and the bytes that passed through. */
  forwarded(seconds: number, framesParsed: number, bytesPassthrough: number): void
  /** A real dial succeeded. */
  dialled(seconds: number): void
  /** A kept link was reused instead of dialling. */
  reused(): void
  relayed(seconds: number, responseBytes: number): void
  /** A tunnel has ended, in which the client sent so many bytes. */
  tunnelled(bytesPassthrough: number): void
  exchangeDone(record: ExchangeRecord): void
  /** So many routes are in use from now on: at the start, and after each reload that was good. */
  routesLoaded(count: number): void
  /** The routes were read again. After a bad reload the ones in use are older than their files. */
  routesReloaded(outcome: ReloadOutcome): void
}

/** What comes of reading routes again: others in use, or those of before because the files are wrong. */
export type ReloadOutcome = 'good' | 'bad'
