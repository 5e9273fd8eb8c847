import type { GatewayError } from '../core/errors.js'
import type { ExchangeRecord, Recorder, ReloadOutcome, RoutesInUse } from '../message/recorder.js'

/** Hands ended exchanges to the log, if there is one, and counts nothing: what runs without --metrics. */
export class QuietRecorder implements Recorder {
  readonly wantsExchanges: boolean
  /** Is told of each origin that nothing is pipelined to any more. */
  whenPipeliningStopped: ((origin: string, error: GatewayError) => void) | undefined
  readonly #log: ((record: ExchangeRecord) => void) | undefined

  constructor(log?: (record: ExchangeRecord) => void) {
    this.#log = log
    this.wantsExchanges = log !== undefined
  }

  connectionStarted(): void {}
  connectionEnded(_seconds: number): void {}
  failed(_error: GatewayError): void {}
  forwarded(_seconds: number, _framesParsed: number, _bytesPassthrough: number): void {}
  dialled(_seconds: number, _origin: string): void {}
  reused(_origin: string): void {}
  pipelined(_origin: string): void {}
  relayed(_seconds: number, _responseBytes: number): void {}
  tunnelled(_bytesPassthrough: number): void {}
  routesLoaded(_routes: RoutesInUse): void {}
  routesReloaded(_outcome: ReloadOutcome): void {}

  pipeliningStopped(origin: string, error: GatewayError): void {
    this.whenPipeliningStopped?.(origin, error)
  }

  exchangeEnded(record: ExchangeRecord): void {
    this.#log?.(record)
  }

  clientRefused(record: ExchangeRecord): void {
    this.#log?.(record)
  }
}
