import type { Socket } from 'node:net'
import type { GatewayError } from '../core/errors.js'
import type { BlockedWriter, BlockedWrites } from '../message/blocked-writes.js'
import type { Outbox } from '../message/outbox.js'
import { writeTurn } from '../message/turn-writes.js'

/** What a client is sent. Whatever ends it comes behind what was written before. */
export class ClientWrites implements BlockedWriter {
  readonly #socket: Socket
  readonly #blockedWrites: BlockedWrites
  readonly #lost: (error: GatewayError) => void
  #givenUp = false

  /** @param lost ends the connection of a client that hardly reads, because others need its memory */
  constructor(socket: Socket, blockedWrites: BlockedWrites, lost: (error: GatewayError) => void) {
    this.#socket = socket
    this.#blockedWrites = blockedWrites
    this.#lost = lost
  }

  /** Whether what was written last has yet to go out. */
  get blocked(): boolean {
    return this.#socket.writableNeedDrain
  }

  /** Writes what `out` holds. @returns false if `drain` of the socket should be waited for */
  write(out: Outbox): boolean {
    if (this.#socket.destroyed || out.flush(this.#socket)) return true
    // Its last answer takes the place of nobody else.
    if (!this.#givenUp) this.#blockedWrites.blocked(this)
    return false
  }

  /** Writes bytes that stay as they are for ever. */
  lasting(bytes: Buffer): void {
    writeTurn()
    if (!this.#socket.destroyed) this.#socket.write(bytes)
  }

  /** The client is sent nothing more. @param done is called once all has gone out */
  end(done?: () => void): void {
    writeTurn()
    this.#socket.end(done)
  }

  /** Ends the connection at once. @param reset so that the client cannot take it for an orderly end */
  cut(reset: boolean): void {
    writeTurn()
    if (reset) this.#socket.resetAndDestroy()
    else this.#socket.destroy()
  }

  /** What was written has gone out, or never will. */
  drained(): void {
    this.#blockedWrites.drained(this)
  }

  giveUp(error: GatewayError): void {
    this.#givenUp = true
    this.#lost(error)
  }
}
