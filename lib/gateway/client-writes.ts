import type { Socket } from 'node:net'
import type { GatewayError } from '../core/errors.js'
import type { HeldWriter, HeldWrites } from '../message/held-writes.js'
import type { Outbox } from '../message/outbox.js'
import { sentBytes } from '../message/sent-bytes.js'
import { writeTurn } from '../message/turn-writes.js'

/** What a client is sent. Whatever ends it comes behind what was written before. */
export class ClientWrites implements HeldWriter {
  heldBytes = 0
  /** Whether the end of the connection is that of the answer that was written last (RFC 9112 section 6.3). */
  delimiting = false
  /** Whether others need its memory: the system's is meant, too, which keeps what was sent to a closed socket. */
  #givenUp = false
  /** Text that waits, which lies in no slab. */
  #textBytes = 0
  readonly #socket: Socket
  readonly #heldWrites: HeldWrites
  readonly #giveUpClient: (error: GatewayError) => void

  /** @param giveUpClient ends the connection of a client that hardly reads, because others need its memory */
  constructor(socket: Socket, heldWrites: HeldWrites, giveUpClient: (error: GatewayError) => void) {
    this.#socket = socket
    this.#heldWrites = heldWrites
    this.#giveUpClient = giveUpClient
  }

  get sentBytes(): number {
    return sentBytes(this.#socket)
  }

  /** Whether what was written last has yet to go out. */
  get blocked(): boolean {
    return this.#socket.writableNeedDrain
  }

  /** Writes what `out` holds. @returns false if `drain` of the socket should be waited for */
  write(out: Outbox): boolean {
    if (this.#socket.destroyed || out.flush(this.#socket, this)) return true
    if (this.heldBytes === 0) this.#holdText()
    return false
  }

  /** What was written has gone out, or never will. */
  drained(): void {
    if (this.#textBytes === 0) return
    this.memoryFreed(this.#textBytes)
    this.#textBytes = 0
  }

  /** Writes bytes that stay as they are for ever. */
  lasting(bytes: Buffer): void {
    writeTurn()
    if (!this.#socket.destroyed) this.#socket.write(bytes)
  }

  /** The client is sent nothing more. @param done is called once all has gone out */
  end(done?: () => void): void {
    writeTurn()
    this.#socket.end(() => {
      this.drained()
      done?.()
    })
  }

  /** Ends the connection at once. @param reset where an orderly end could be taken for that of the message (RFC 9112 section 8) */
  cut(reset: boolean): void {
    writeTurn()
    // A unix socket knows no reset.
    if ((reset || this.#givenUp) && this.#socket.remoteAddress !== undefined) this.#socket.resetAndDestroy()
    else this.#socket.destroy()
  }

  /** Ends the connection at once, whose last answer has been written as a whole, but may not have gone out. */
  abandon(): void {
    writeTurn()
    if (!this.#socket.destroyed) this.cut(this.delimiting && this.#socket.writableLength > 0)
  }

  memoryTaken(bytes: number): void {
    this.#heldWrites.hold(this, bytes)
  }

  memoryFreed(bytes: number): void {
    this.#heldWrites.release(this, bytes)
  }

  giveUp(error: GatewayError): void {
    this.#givenUp = true
    this.#giveUpClient(error)
  }

  #holdText(): void {
    this.#textBytes = this.#socket.writableLength
    this.memoryTaken(this.#textBytes)
  }
}
