import { connect, type Socket } from 'node:net'
import type { Address } from './name-lookup.js'

/** RFC 8305 section 5: the next address is tried when the one before has failed or is this late. */
const attemptDelayMs = 250

export interface RaceEnd {
  won(socket: Socket, address: Address): void
  /** All attempts failed, with the most telling error: a refusal, else that of the first attempt. */
  lost(error: Error): void
}

/**
 * Connects to the first of `addresses` that answers (RFC 8305). Node's own autoSelectFamily gives up
 * an attempt after 250 ms, which a slow origin would never survive; here earlier attempts go on.
 */
export class AddressRace {
  readonly #addresses: readonly Address[]
  readonly #port: number
  readonly #end: RaceEnd
  readonly #running = new Set<Socket>()
  #next = 0
  #error: Error | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(addresses: readonly Address[], port: number, end: RaceEnd) {
    this.#addresses = addresses
    this.#port = port
    this.#end = end
    this.#attempt()
  }

  /** Ends all attempts; nobody is told. */
  abort(): void {
    clearTimeout(this.#timer)
    for (const socket of this.#running) socket.destroy()
    this.#running.clear()
  }

  #attempt(): void {
    clearTimeout(this.#timer)
    const address = this.#addresses[this.#next++]
    if (address === undefined) return
    if (this.#next < this.#addresses.length) this.#timer = setTimeout(() => this.#attempt(), attemptDelayMs)
    const socket = connect({ host: address.address, port: this.#port, family: address.family, noDelay: true })
    this.#running.add(socket)
    socket.once('connect', () => this.#connected(socket, address))
    // The listener stays: a socket that lost or was aborted may still fail, and must not end the process.
    socket.on('error', (error) => this.#failed(socket, error))
  }

  #connected(socket: Socket, address: Address): void {
    if (!this.#running.delete(socket)) return
    this.abort()
    this.#end.won(socket, address)
  }

  #failed(socket: Socket, error: Error): void {
    if (!this.#running.delete(socket)) return
    if (this.#error === undefined || (error as NodeJS.ErrnoException).code === 'ECONNREFUSED')
      this.#error = error
    if (this.#next < this.#addresses.length) this.#attempt()
    else if (this.#running.size === 0) this.#end.lost(this.#error)
  }
}
