import type { GatewayError } from '../core/errors.js'
import type { Ender } from '../core/phases.js'
import type { LinkExchange } from '../hop/link-exchange.js'
import type { UpstreamLink } from '../hop/upstream-link.js'
import { Outbox } from '../message/outbox.js'
import type { ResponseFrame } from '../message/parsed-data.js'
import type { Downstream } from './downstream.js'

/** Whom a tunnel tells. */
export interface TunnelEnd {
  /** Bytes went one way or the other. */
  tunnelled(): void
  /** Both sides have ended. */
  tunnelEnded(): void
  linkFailed(error: GatewayError): void
}

/**
 * What follows a 101 (RFC 9110 section 7.8): bytes both ways that nobody looks into. Each side waits while the
 * other does not read, and each may end its direction alone.
 */
export class Tunnel implements LinkExchange {
  readonly method = 'GET'
  readonly full = false
  bytesUp = 0
  bytesDown = 0
  /** Whether the origin does not read what it was sent, so that the client has to wait. */
  originBlocked = false
  /** Which side ended its direction first; undefined as long as none has. */
  endedFirst: Ender | undefined
  readonly #end: TunnelEnd
  readonly #downstream: Downstream
  readonly #link: UpstreamLink
  readonly #up = new Outbox()
  /** To the client; it begins with the head of the 101. */
  readonly #down: Outbox
  #clientBlocked = false
  #clientEnded = false
  #originEnded = false

  constructor(end: TunnelEnd, downstream: Downstream, link: UpstreamLink, down: Outbox) {
    this.#end = end
    this.#downstream = downstream
    this.#link = link
    this.#down = down
  }

  fromClient(bytes: Buffer): void {
    this.bytesUp += bytes.length
    this.#up.bytes(bytes)
    this.originBlocked = !this.#link.send(this.#up)
    this.#end.tunnelled()
  }

  /** The client sends nothing more. */
  clientEnded(): void {
    if (this.#clientEnded) return
    this.#clientEnded = true
    this.endedFirst ??= 'client'
    this.#link.end()
    this.#settle()
  }

  clientDrained(): void {
    if (!this.#clientBlocked) return
    this.#clientBlocked = false
    this.#link.resume()
  }

  passthrough(bytes: Buffer): void {
    this.bytesDown += bytes.length
    this.#down.bytes(bytes)
  }

  /** Nothing is parsed in a tunnel. */
  parsed(_frame: ResponseFrame): void {
    return undefined
  }

  /** The origin sends nothing more. */
  messageComplete(): void {
    this.#originEnded = true
    this.endedFirst ??= 'origin'
  }

  readComplete(): void {
    if (!this.#downstream.write(this.#down)) {
      this.#clientBlocked = true
      this.#link.pause()
    }
    this.#end.tunnelled()
    if (this.#originEnded) this.#downstream.endWrites()
    this.#settle()
  }

  linkDrained(): void {
    if (!this.originBlocked) return
    this.originBlocked = false
    this.#downstream.resumeRequest()
  }

  linkFailed(error: GatewayError): void {
    this.#end.linkFailed(error)
  }

  #settle(): void {
    if (this.#clientEnded && this.#originEnded) this.#end.tunnelEnded()
  }
}
