import { GatewayError } from '../core/errors.js'
import type { Limits } from '../core/limits.js'

/** A request that waits for its turn. */
export interface GateWait {
  /** @throws GatewayError ORIGIN_QUEUE_TIMEOUT, or the reason of an abort */
  readonly admitted: Promise<void>
  abort(reason: GatewayError): void
}

interface Waiting {
  readonly timer: NodeJS.Timeout
  admit(): void
}

/**
 * Lets at most so many exchanges of a route have a connection at a time (`max-conns=`). The others queue, first
 * come first served; the queue and the wait in it are bounded.
 */
export class ConnectionGate {
  readonly max: number
  readonly #limits: Limits
  readonly #queue: Waiting[] = []
  #inside = 0

  constructor(max: number, limits: Limits) {
    this.max = max
    this.#limits = limits
  }

  /** Exchanges that have a connection, or dial one. */
  get inside(): number {
    return this.#inside
  }

  get queued(): number {
    return this.#queue.length
  }

  /** Goes in if there is room and nobody waits. @returns whether it did */
  enter(): boolean {
    if (this.#inside >= this.max) return false
    this.#inside++
    return true
  }

  /** Queues; who is admitted is inside. @throws GatewayError ORIGIN_QUEUE_FULL */
  wait(): GateWait {
    if (this.#queue.length >= this.#limits.maxQueuedRequests) throw new GatewayError('ORIGIN_QUEUE_FULL')
    let abort: (reason: GatewayError) => void = () => undefined
    const admitted = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => abort(new GatewayError('ORIGIN_QUEUE_TIMEOUT')),
        this.#limits.queueTimeoutMs,
      )
      const waiting = { timer, admit: resolve }
      this.#queue.push(waiting)
      abort = (reason) => {
        if (this.#remove(waiting)) reject(reason)
      }
    })
    return { admitted, abort: (reason) => abort(reason) }
  }

  /** One exchange is done with its connection: the next in the queue goes in in its place. */
  leave(): void {
    const next = this.#queue.shift()
    if (next === undefined) {
      this.#inside--
      return
    }
    clearTimeout(next.timer)
    next.admit()
  }

  #remove(waiting: Waiting): boolean {
    const index = this.#queue.indexOf(waiting)
    if (index === -1) return false
    clearTimeout(waiting.timer)
    this.#queue.splice(index, 1)
    return true
  }
}
