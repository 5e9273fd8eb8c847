import type { Socket } from 'node:net'
import type { DialTimes } from '../message/recorder.js'
import type { DialProgress } from './dial-attempt.js'

/** How long the steps of a dial take. */
export class DialSteps implements DialProgress, DialTimes {
  readonly begun = performance.now()
  ended = 0
  nameMs: number | undefined
  /** From the known address to the connected socket; of a unix socket likewise. */
  tcpMs: number | undefined
  tlsMs: number | undefined
  #last = this.begun

  get nameSeconds(): number | undefined {
    return inSeconds(this.nameMs)
  }

  get tcpSeconds(): number | undefined {
    return inSeconds(this.tcpMs)
  }

  get tlsSeconds(): number | undefined {
    return inSeconds(this.tlsMs)
  }

  resolved(): void {
    this.nameMs = this.#lap()
  }

  connected(_socket: Socket): void {
    this.tcpMs = this.#lap()
  }

  secured(_socket: Socket): void {
    this.tlsMs = this.#lap()
  }

  /** The dial is over, well or not. */
  end(): void {
    this.ended = performance.now()
  }

  /** Milliseconds since the last one. */
  #lap(): number {
    const now = performance.now()
    const ms = now - this.#last
    this.#last = now
    return ms
  }
}

function inSeconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1_000
}
