import type { Deadline } from '../core/coarse-clock.js'
import type { Outbox } from '../message/outbox.js'
import type { RequestSource } from '../pipeline/forwarded-fields.js'

/** What may follow an exchange on its connection. */
export type ExchangeEnd = 'persist' | 'close' | 'delimit' | 'cut' | 'reset'

/** The client connection, as an exchange sees it. */
export interface Downstream {
  /** What origins are told of the client. */
  readonly source: RequestSource
  /** Whether the client comes from a loopback address. */
  readonly local: boolean
  /** Whether the connection itself may go on after this exchange (it is not draining, the client not gone). */
  readonly mayPersist: boolean
  /** Whether what was written last has yet to go out. */
  readonly blocked: boolean
  /** The wait of the exchange under way; the exchange sets `at`, its end calls Exchange.waitedTooLong. */
  readonly exchangeWait: Deadline
  /** Writes what `out` holds. @returns false if the exchange should wait for clientDrained */
  write(out: Outbox): boolean
  /** Writes bytes that stay as they are for ever, behind what was written before. */
  writeLasting(bytes: Buffer): void
  /** The client is sent nothing more, but may go on sending. */
  endWrites(): void
  /** The request side takes bytes again. */
  resumeRequest(): void
  /** Something has changed in what the client is waited for. */
  armClientWait(): void
  /**
   * The exchange is over.
   * @param end persist: the next request may come; close: what was written arrives, then the end; delimit: the same,
   *   and that end is the end of the message, so that it may not come before all has arrived;
   *   cut: at once, so that the client sees an incomplete message; reset: the same, where an orderly end
   *   would look like the end of the message
   */
  exchangeEnded(end: ExchangeEnd): void
}
