import type { GatewayError } from '../core/errors.js'
import type { Ender, ExchangePhase, Phase } from '../core/phases.js'

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

/**
 * One ended exchange, as the log shows it, or a client that was refused before it began one. Durations in seconds;
 * undefined: did not happen.
 */
export interface ExchangeRecord extends Omit<Termination, 'phase'> {
  readonly phase: Phase
  readonly method: string
  readonly host: string
  readonly path: string
  /** Status that the client got; 499 if it left before; 0 if nothing was sent. */
  readonly status: number
  readonly route: string
  /** host:port of the origin, '' if none was chosen. */
  readonly origin: string
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
  /** Whether exchangeEnded wants to know; where it is false, exchangeDone wants no records either. */
  readonly wantsTerminations: boolean
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
  /** An exchange has ended, well or not. */
  exchangeEnded(termination: Termination): void
  /** The same for the log, with all that it shows. */
  exchangeDone(record: ExchangeRecord): void
  /** So many routes are in use from now on: at the start, and after each reload that was good. */
  routesLoaded(count: number): void
  /** The routes were read again. After a bad reload the ones in use are older than their files. */
  routesReloaded(outcome: ReloadOutcome): void
}

/** What comes of reading routes again: others in use, or those of before because the files are wrong. */
export type ReloadOutcome = 'good' | 'bad'
