import type { TimingName } from '../core/phases.js'
import type { DialTimes, Intervals } from '../message/recorder.js'

/** Milliseconds from `from` to `to`, as seconds; undefined if either never came. */
function seconds(from: number, to: number): number | undefined {
  return from === 0 || to === 0 ? undefined : Math.max(0, to - from) / 1_000
}

/** Of a dial that goes on, or is ended with the exchange: what is known now. */
function asItIs({ begun, ended, nameSeconds, tcpSeconds, tlsSeconds }: DialTimes): DialTimes {
  return { begun, ended, nameSeconds, tcpSeconds, tlsSeconds }
}

/**
 * The moments of one exchange, in milliseconds of the monotonic clock; 0: has not come. An interval that has begun
 * when the exchange ends ends with it.
 */
export class ExchangeTimings implements Intervals {
  readonly firstByte = performance.now()
  headEnd = 0
  /** The route is known. */
  routed = 0
  /** The content begins, as far as the head says; 0 if there is none. */
  bodyBegun = 0
  /** The first byte of it has come. */
  bodyFirstByte = 0
  bodyEnd = 0
  routeAsked = 0
  connected = 0
  /** 0 again while the request is forwarded once more over another link. */
  forwarded = 0
  /** Of whatever the origin answers, interim responses included. */
  responseFirstByte = 0
  /** Of the final response: what comes before is no answer yet (RFC 9110 section 15.2). */
  finalFirstByte = 0
  relayed = 0
  ended = 0
  /** The last dial for it; undefined where none was needed. */
  dial: DialTimes | undefined
  #forwardedBefore = false

  /** The last byte of the request was written upstream. @returns whether that was so before, over another link */
  forwardedNow(): boolean {
    const again = this.#forwardedBefore
    this.forwarded = performance.now()
    this.#forwardedBefore = true
    return again
  }

  /** The request is to be forwarded once more, over another link. */
  rewind(): void {
    this.routeAsked = performance.now()
    this.forwarded = 0
    this.responseFirstByte = 0
    this.finalFirstByte = 0
  }

  /** The exchange ends, and what is under way ends with it. @param dial the last one for it */
  end(dial: DialTimes | undefined): void {
    this.ended ||= this.relayed || performance.now()
    this.dial = dial?.ended === 0 ? asItIs(dial) : dial
  }

  get forwardSeconds(): number | undefined {
    return seconds(this.firstByte, this.forwarded)
  }

  get connectSeconds(): number | undefined {
    return seconds(this.routeAsked, this.connected)
  }

  get relaySeconds(): number | undefined {
    return seconds(this.#early ? this.finalFirstByte : this.forwarded, this.relayed)
  }

  get totalSeconds(): number | undefined {
    return seconds(this.firstByte, this.ended)
  }

  get overlapSeconds(): number | undefined {
    if (this.dial === undefined || this.bodyBegun === 0) return undefined
    const from = Math.max(this.dial.begun, this.bodyFirstByte || this.ended)
    return seconds(from, Math.min(this.dial.ended || this.ended, this.bodyEnd || this.ended))
  }

  secondsOf(name: TimingName): number | undefined {
    switch (name) {
      case 'parse':
        return seconds(this.firstByte, this.headEnd || this.ended)
      case 'route':
        return seconds(this.headEnd, this.routed || this.ended)
      case 'dial':
        return seconds(this.dial?.begun ?? 0, this.dial?.ended || this.ended)
      case 'body':
        return seconds(this.bodyBegun, this.bodyEnd || this.ended)
      case 'wait':
        if (this.#early) return this.finalFirstByte === 0 ? undefined : 0
        return seconds(this.forwarded, this.finalFirstByte || this.ended)
      case 'relay':
        return seconds(this.finalFirstByte, this.relayed || this.ended)
    }
  }

  /** Whether the response did not wait for the end of the request. */
  get #early(): boolean {
    return this.forwarded === 0 || (this.finalFirstByte !== 0 && this.finalFirstByte < this.forwarded)
  }
}
