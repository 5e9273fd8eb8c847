/** Seconds from `from` to `to` (both milliseconds of performance.now()), undefined if either never came. */
function seconds(from: number, to: number): number | undefined {
  return from === 0 || to === 0 ? undefined : Math.max(0, to - from) / 1_000
}

/** The moments of one exchange, in milliseconds of the monotonic clock; 0: has not come. */
export class ExchangeTimings {
  readonly firstByte = performance.now()
  routeAsked = 0
  connected = 0
  forwarded = 0
  responseFirstByte = 0
  relayed = 0

  /** First byte of the request to its last byte written upstream. */
  get forwardSeconds(): number | undefined {
    return seconds(this.firstByte, this.forwarded)
  }

  /** The route is asked for to the destination is connected. */
  get connectSeconds(): number | undefined {
    return seconds(this.routeAsked, this.connected)
  }

  /** The request is forwarded, or the first response byte if that comes earlier, to the last response byte given to the client. */
  get relaySeconds(): number | undefined {
    const early = this.forwarded === 0 || this.responseFirstByte < this.forwarded
    return seconds(early ? this.responseFirstByte : this.forwarded, this.relayed)
  }
}
