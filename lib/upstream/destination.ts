import type { Socket } from 'node:net'
import type { SocketReads } from '../core/socket-reads.js'
import type { Outbox } from '../message/outbox.js'
import type { SlabHolder } from '../message/write-slab.js'
import { sentBytes } from '../message/sent-bytes.js'
import { writeTurn } from '../message/turn-writes.js'
import { readBeforeFailing } from './failed-write.js'

/** Who is told what happens on a destination. One owner at a time; calls are plain. */
export interface DestinationOwner {
  /** @param bytes are valid during the call only */
  received(bytes: Buffer): void
  /** What was written has gone out, after `flush` said to wait. */
  drained(): void
  /** The origin has sent all that it will send. */
  ended(): void
  /** Nothing more will come or go; `error` if the connection broke. Always the last call. */
  closed(error: Error | undefined): void
}

/** A connected upstream socket: bytes and back-pressure, no HTTP. */
export class Destination {
  owner: DestinationOwner | undefined
  readonly #socket: Socket
  #error: Error | undefined

  /** @param reads where the reads of `socket` go; without, they come as its events */
  constructor(socket: Socket, reads?: SocketReads) {
    this.#socket = socket
    socket.setNoDelay(true)
    readBeforeFailing(socket)
    const received = (bytes: Buffer): void => this.owner?.received(bytes)
    if (reads === undefined) socket.on('data', received)
    else reads.owner = { received }
    socket.on('drain', () => this.owner?.drained())
    socket.on('end', () => this.#ended())
    socket.on('error', (error) => (this.#error = error))
    socket.on('close', () => this.owner?.closed(this.#error))
  }

  #ended(): void {
    if (wasReset(this.#socket)) this.#socket.destroy(resetError())
    else this.owner?.ended()
  }

  /** Writes what `out` holds. @returns false if the owner should wait for `drained` */
  flush(out: Outbox, holder?: SlabHolder): boolean {
    return this.#socket.destroyed ? true : out.flush(this.#socket, holder)
  }

  /** Bytes handed over that have not gone out yet. */
  get pendingBytes(): number {
    return this.#socket.writableLength
  }

  /** Bytes that the system has taken so far. */
  get sentBytes(): number {
    return sentBytes(this.#socket)
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  /** The end of what the origin sends no longer ends what it is sent. */
  keepHalfOpen(): void {
    this.#socket.allowHalfOpen = true
  }

  /** Nothing more is sent, once what was written has gone out. */
  end(): void {
    writeTurn()
    this.#socket.end()
  }

  /**
   * Ends the connection once what was written has gone out. That keeps no process alive.
   * @param stallMs how long the origin may read nothing of it; then the rest is given up
   */
  finish(stallMs: number): void {
    writeTurn()
    if (this.#socket.writableFinished) return this.destroy()
    this.#socket.setTimeout(stallMs, () => this.destroy())
    this.#socket.unref()
    this.#socket.end(() => this.destroy())
  }

  get alive(): boolean {
    const { destroyed, readableEnded, errored } = this.#socket
    return !destroyed && !readableEnded && errored === null
  }

  destroy(): void {
    this.#socket.destroy()
  }
}

/**
 * Whether what the stream calls its end was a reset, which delimits nothing (RFC 9112 section 8). Node reads
 * on to the last byte when bytes and a reset have come together, and then tells of an end; but a connection that
 * was reset has no peer any more. It has none either once both sides have ended, and a unix socket, which
 * has no addresses, never. An end with a reset right behind it, both there at once, is taken for the reset.
 */
function wasReset(socket: Socket): boolean {
  return !socket.writableEnded && socket.localAddress !== undefined && socket.remoteAddress === undefined
}

function resetError(): NodeJS.ErrnoException {
  return Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
}
