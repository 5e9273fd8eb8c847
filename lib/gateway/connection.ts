import type { Socket } from 'node:net'
import type { Deadline } from '../core/coarse-clock.js'
import { GatewayError, asGatewayError } from '../core/errors.js'
import type { LateWork } from '../core/short-turns.js'
import type { Downstream, ExchangeEnd } from '../exchange/downstream.js'
import type { ExchangeServices } from '../exchange/exchange-services.js'
import { exchangeStanding, type ExchangeStanding } from '../exchange/exchange-standing.js'
import { Exchange } from '../exchange/exchange.js'
import type { Tunnel } from '../exchange/tunnel.js'
import type { Outbox } from '../message/outbox.js'
import { nobody } from '../message/parsed-data.js'
import type { RequestHead } from '../message/request-head.js'
import { requestParser, type FrameParser } from '../parse/frame-parser.js'
import { peerAddress, requestSource, type RequestSource } from '../pipeline/forwarded-fields.js'
import type { Arrival } from './arrival.js'
import type { ClientSocket } from './client-socket.js'
import type { ConnectionKeeper } from './connection-keeper.js'
import { ClientWait } from './client-wait.js'
import { ClientWrites } from './client-writes.js'
import { HeldBytes } from './held-bytes.js'
import { endOverdue } from './overdue-client.js'
import { PausedClient } from './paused-client.js'

type Keeper = ConnectionKeeper<Connection>

/**
 * One client connection. It owns the socket and the request parser, points the parser at the exchange
 * under way, and serves exchanges one after another until persistence says stop (RFC 9112 section 9.3).
 */
export class Connection implements Downstream, LateWork {
  readonly workload = 'little'
  readonly source: RequestSource
  readonly local: boolean
  readonly exchangeWait: Deadline = { at: Infinity, expire: () => this.#exchange?.waitedTooLong() }
  /** Clock milliseconds since when no request is under way; Infinity while one is. */
  idleSince: number
  readonly #socket: Socket
  readonly #reading: PausedClient
  readonly #writes: ClientWrites
  readonly #services: ExchangeServices
  readonly #keeper: Keeper
  readonly #parser: FrameParser<RequestHead>
  readonly #wait: ClientWait
  readonly #held: HeldBytes
  readonly #acceptedAt = performance.now()
  #exchange: Exchange | undefined
  #draining = false
  #halfClosed = false
  /** The last answer is on its way or out; what the client still sends is discarded. */
  #closing = false

  constructor(client: ClientSocket, arrival: Arrival, services: ExchangeServices, keeper: Keeper) {
    const { socket } = client
    this.#socket = socket
    this.#reading = new PausedClient(socket, services.clock, services.limits.maxDiscardBytes)
    this.#writes = new ClientWrites(socket, services.heldWrites, (error) => this.#giveUp(error))
    this.#services = services
    this.#keeper = keeper
    this.source = requestSource({ address: peerAddress(socket.remoteAddress), ...arrival })
    this.local = arrival.local
    this.idleSince = services.clock.now
    this.#parser = requestParser(services.limits, arrival.port, nobody)
    this.#held = new HeldBytes(services.limits.maxPipelinedBytes, services.budget)
    this.#wait = new ClientWait(services, () => this.#waitedTooLong())
    client.reads.owner = { received: (bytes) => this.#received(bytes) }
    this.#open()
  }

  /** The exchange under way, as whoever asks is told of it. */
  get standing(): ExchangeStanding | undefined {
    return this.#exchange && exchangeStanding(this.#exchange, this)
  }

  /** Whether no request is under way or waits, and all of the last answer is out. */
  get idle(): boolean {
    return this.#quiet && !this.#closing && this.#socket.writableLength === 0
  }

  get mayPersist(): boolean {
    return !this.#draining && (!this.#halfClosed || this.#held.byteLength > 0)
  }

  get blocked(): boolean {
    return this.#writes.blocked
  }

  /** Serves no further exchange: ends now if idle, else after the one under way. */
  drain(): void {
    this.#draining = true
    if (this.#quiet) this.#close()
  }

  /** Ends at once, whatever is under way. */
  destroy(error: GatewayError): void {
    if (this.#exchange !== undefined) this.#exchange.fail(error)
    this.#closing = true
    this.idleSince = Infinity
    this.#writes.abandon()
  }

  /** Begins the request that was too much for the turn in which it came. */
  goOn(): void {
    if (this.#exchange === undefined) this.resumeRequest()
    if (this.#draining && this.#quiet) this.#close()
  }

  write(out: Outbox): boolean {
    return this.#writes.write(out)
  }

  writeLasting(bytes: Buffer): void {
    this.#writes.lasting(bytes)
  }

  endWrites(): void {
    this.#writes.end()
  }

  resumeRequest(): void {
    const held = this.#held.take()
    if (held !== undefined) this.#feed(held, true)
    if (this.#held.byteLength === 0 && !this.#full) this.#reading.resume()
    if (this.#halfClosed) this.#clientEnded()
    else this.armClientWait()
  }

  armClientWait(): void {
    if (!this.#closing) this.#wait.arm(this.#exchange, this.#halfClosed, this.idleSince)
  }

  exchangeEnded(end: ExchangeEnd): void {
    this.#forget()
    this.#writes.delimiting = end === 'delimit'
    if (end === 'cut' || end === 'reset') this.#writes.cut(end === 'reset')
    else if (end !== 'persist' || !this.mayPersist) this.#close()
    else this.resumeRequest()
  }

  #open(): void {
    const socket = this.#socket
    socket.on('drain', () => this.#drained())
    socket.on('end', () => this.#clientEnded())
    socket.on('error', (error: NodeJS.ErrnoException) => this.#broken(error))
    socket.on('close', () => this.#closed())
    this.#services.clock.watch(this.exchangeWait)
    this.#services.recorder.connectionStarted()
    this.armClientWait()
  }

  #drained(): void {
    this.#writes.drained()
    if (this.#exchange !== undefined) this.#exchange.clientDrained()
    else if (this.#held.byteLength > 0) this.resumeRequest()
  }

  #received(bytes: Buffer): void {
    if (this.#closing) this.#reading.discard(bytes.length)
    else if (this.#held.byteLength > 0) this.#hold(bytes, false)
    else if (this.#exchange === undefined && !this.#keeper.turns.mayDo(this)) this.#hold(bytes, false)
    else this.#feed(bytes, false)
  }

  /**
   * Gives `bytes` to the parser, message by message, as far as exchanges take them; the rest is held (RFC 9112
   * section 9.3.2). No request begins while the client does not read the answers that it has.
   * @param owned whether `bytes` stay as they are after this call
   */
  #feed(bytes: Buffer, owned: boolean): void {
    const tunnel = this.#exchange?.tunnel
    if (tunnel !== undefined) return this.#tunnel(tunnel, bytes)
    let at = 0
    while (at < bytes.length && !this.#closing) {
      const rest = at === 0 ? bytes : bytes.subarray(at)
      if (this.#exchange === undefined && this.blocked) return this.#hold(rest, owned)
      const { forward } = (this.#exchange ??= this.#begin())
      if (forward.complete || forward.full) return this.#hold(rest, owned)
      at += this.#parse(rest)
      // Parsing may have ended the exchange, and with it what it kept.
      if (this.#exchange === undefined) break
      forward.flush()
      if (forward.full) this.#reading.pause()
    }
    // An empty line is no beginning of a request (RFC 9112 section 2.2).
    if (this.#parser.betweenMessages && this.#exchange?.forward.head === undefined) this.#forget()
    this.#wait.received(bytes.length)
    this.armClientWait()
  }

  /** Whether no request is under way, and none waits. */
  get #quiet(): boolean {
    return this.#exchange === undefined && this.#held.byteLength === 0
  }

  /** Whether what the exchange under way is for does not take bytes for now. */
  get #full(): boolean {
    const exchange = this.#exchange
    return exchange?.tunnel?.originBlocked ?? exchange?.forward.full ?? false
  }

  #tunnel(tunnel: Tunnel, bytes: Buffer): void {
    tunnel.fromClient(bytes)
    if (tunnel.originBlocked) this.#reading.pause()
  }

  #begin(): Exchange {
    this.idleSince = Infinity
    const exchange = new Exchange(this, this.#services)
    this.#parser.sink = exchange.forward
    return exchange
  }

  /** No exchange is under way, and nothing of one is kept. */
  #forget(): void {
    this.#exchange = undefined
    this.#parser.sink = nobody
    this.idleSince = this.#services.clock.now
  }

  #parse(bytes: Buffer): number {
    try {
      return this.#parser.push(bytes)
    } catch (error) {
      this.#refuse(error)
      return bytes.length
    }
  }

  #refuse(error: unknown): void {
    this.#exchange?.refuse(asGatewayError(error), this.#parser.beginning)
  }

  #hold(bytes: Buffer, owned: boolean): void {
    this.#held.add(owned ? bytes : Buffer.from(bytes))
    if (this.#exchange === undefined) this.idleSince = this.#services.clock.now
    if (this.#held.full || this.#exchange?.forward.full) this.#reading.pause()
    this.armClientWait()
  }

  /** The client has half-closed: no more bytes come, but it may still read (RFC 9112 section 9.6). */
  #clientEnded(): void {
    this.#halfClosed = true
    if (this.#exchange?.tunnel !== undefined) return this.#exchange.tunnel.clientEnded()
    if (this.#held.byteLength > 0 || this.#exchange?.forward.complete) return this.armClientWait()
    if (this.#closing || this.#exchange === undefined) return this.#close()
    try {
      this.#parser.finish()
      this.#close()
    } catch (error) {
      this.#refuse(error)
    }
  }

  #broken(error: NodeJS.ErrnoException): void {
    const code = this.#exchange === undefined ? 'CLIENT_RESET' : 'CLIENT_GONE'
    const failure = new GatewayError(code, { detail: error.code ?? error.message, cause: error })
    if (this.#exchange !== undefined) this.#exchange.fail(failure)
    else if (!this.#closing) this.#services.recorder.failed(failure)
  }

  #giveUp(error: GatewayError): void {
    if (this.#exchange === undefined) this.#services.recorder.failed(error)
    this.destroy(error)
  }

  #waitedTooLong(): void {
    if (this.#closing) this.#writes.abandon()
    else if (this.#exchange === undefined) this.#close()
    else endOverdue(this.#exchange, this.#parser.beginning)
  }

  /**
   * Ends the connection so that the last answer arrives (RFC 9112 section 9.6): what was written goes out,
   * then the end, and for a while what the client still sends is read and thrown away.
   */
  #close(): void {
    if (this.#closing) {
      if (this.#halfClosed && this.#socket.writableFinished) this.#socket.destroy()
      return
    }
    this.#closing = true
    this.idleSince = Infinity
    this.#parser.close()
    this.#held.take()
    this.#wait.stalledClose()
    this.#reading.resume()
    this.#writes.end(() => (this.#halfClosed ? this.#socket.destroy() : this.#wait.linger()))
  }

  #closed(): void {
    this.#exchange?.fail(new GatewayError('CLIENT_GONE'))
    this.#writes.drained()
    this.#parser.close()
    this.#held.take()
    this.#wait.close()
    this.#reading.close()
    this.#services.clock.unwatch(this.exchangeWait)
    this.#services.recorder.connectionEnded((performance.now() - this.#acceptedAt) / 1_000)
    this.#keeper.ended(this)
  }
}
