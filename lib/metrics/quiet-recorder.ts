import type { GatewayError } from '../core/errors.js'
import type { ExchangeRecord, Recorder, ReloadOutcome, Termination } from '../message/recorder.js'

/** Hands ended exchanges to the log, if there is one, and counts nothing: what runs without --metrics. */
export class QuietRecorder implements Recorder {
  readonly wantsTerminations: boolean
  readonly wantsExchanges: boolean
  readonly #log: ((record: ExchangeRecord) => void) | undefined

  constructor(log?: (record: ExchangeRecord) => void) {
    this.#log = log
    this.wantsExchanges = log !== undefined
    this.wantsTerminations = this.wantsExchanges
  }

  connectionStarted(): void {}
  connectionEnded(_seconds: number): void {}
  failed(_error: GatewayError): void {}
  forwarded(_seconds: number, _framesParsed: number, _bytesPassthrough: number): void {}
  dialled(_seconds: number): void {}
  reused(): void {}
  relayed(_seconds: number, _responseBytes: number): void {}
  tunnelled(_bytesPassthrough: number): void {}
  exchangeEnded(_termination: Termination): void {}
  routesLoaded(_count: number): void {}
  routesReloaded(_outcome: ReloadOutcome): void {}

  exchangeDone(record: ExchangeRecord): void {
    this.#log?.(record)
  }
}
