import { connect, type Socket } from 'node:net'
import { SocketReads } from '../core/socket-reads.js'
import type { Address } from './name-lookup.js'

/** RFC 8305 section 5: the next address is tried when the one before has failed or is this late. */
const attemptDelayMs = 250

export interface RaceEnd {
  /** `reads` is where the reads of `socket` go. */
  won(socket: Socket, address: Address, reads: SocketReads): void
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
  readonly #sharedReads: boolean
  readonly #end: RaceEnd
  readonly #running = new Set<Socket>()
  #next = 0
  #error: Error | undefined
  #timer: NodeJS.Timeout | undefined

  /** @param sharedReads whether the sockets read into the buffer that all share, or keep their bytes themselves */
  constructor(addresses: readonly Address[], port: number, sharedReads: boolean, end: RaceEnd) {
    this.#addresses = interleaved(addresses)
    this.#port = port
    this.#sharedReads = sharedReads
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
    const reads = new SocketReads('origin')
    const { address: host, family } = address
    const shared = this.#sharedReads ? { onread: reads.onread } : {}
    const socket = connect({ host, port: this.#port, family, noDelay: true, ...shared })
    this.#running.add(socket)
    socket.once('connect', () => this.#connected(socket, address, reads))
    // The listener stays: a socket that lost or was aborted may still fail, and must not end the process.
    socket.on('error', (error) => this.#failed(socket, error))
  }

  #connected(socket: Socket, address: Address, reads: SocketReads): void {
    if (!this.#running.delete(socket)) return
    this.abort()
    this.#end.won(socket, address, reads)
  }

  #failed(socket: Socket, error: Error): void {
    if (!this.#running.delete(socket)) return
    if (this.#error === undefined || (error as NodeJS.ErrnoException).code === 'ECONNREFUSED')
      this.#error = error
    if (this.#next < this.#addresses.length) this.#attempt()
    else if (this.#running.size === 0) this.#end.lost(this.#error)
  }
}

/**
 * The families take turns, beginning with that of the first address (RFC 8305 section 4): a name with many
 * addresses of a family that leads nowhere is not waited for address by address.
 */
function interleaved(addresses: readonly Address[]): readonly Address[] {
  const same = addresses.filter(({ family }) => family === addresses[0]?.family)
  const other = addresses.filter(({ family }) => family !== addresses[0]?.family)
  return [...same.flatMap((address, i) => [address, ...other.slice(i, i + 1)]), ...other.slice(same.length)]
}
