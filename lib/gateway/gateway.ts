import { BufferBudget } from '../core/buffer-budget.js'
import { CoarseClock } from '../core/coarse-clock.js'
import { GatewayError } from '../core/errors.js'
import type { Limits } from '../core/limits.js'
import { ShortTurns } from '../core/short-turns.js'
import type { ExchangeStanding } from '../exchange/exchange-standing.js'
import type { ExchangeServices, FailureDetail } from '../exchange/exchange-services.js'
import { DestinationRouter, type RouterCensus } from '../hop/destination-router.js'
import type { OriginStanding } from '../hop/origin-standing.js'
import { HeldWrites } from '../message/held-writes.js'
import type { Recorder } from '../message/recorder.js'
import { writeTurn } from '../message/turn-writes.js'
import { takenStates } from '../parse/llhttp.js'
import type { RouteTable } from '../routes/route-table.js'
import type { Arrival } from './arrival.js'
import type { ClientSocket } from './client-socket.js'
import { refuseConnection } from './connection-limit.js'
import type { ConnectionKeeper } from './connection-keeper.js'
import { Connection } from './connection.js'
import type { ListenAddress } from './listen-address.js'
import { Listener } from './listener.js'
import { TrustedPeers } from './trusted-peers.js'

export interface GatewayOptions {
  readonly listen: readonly ListenAddress[]
  readonly table: RouteTable
  readonly limits: Limits
  readonly recorder: Recorder
  /** Nobody, if it is left out. */
  readonly trust?: TrustedPeers
  /** `auto`, if it is left out. */
  readonly errors?: FailureDetail
  /** Whether answers tell how long the parts of an exchange took; they do not, if it is left out. */
  readonly serverTiming?: boolean
}

/** What a gateway has open and what it holds. */
export interface GatewayCensus extends RouterCensus {
  /** Of clients. */
  readonly connections: number
  readonly bufferedBytes: number
  /** Clients and origins that have not taken all of what they were sent. */
  readonly heldWrites: number
  /** Waits that the clock looks at: one of the pool, two or three of each client. */
  readonly deadlines: number
  /** States of llhttp in use, of all gateways of the process. */
  readonly parserStates: number
}

const loopback = /^(?:127\.|::1$|::ffff:127\.)/

/** A running gateway: it listens, keeps the client connections, and drains. */
export class Gateway {
  readonly #services: ExchangeServices
  readonly #trust: TrustedPeers
  readonly #listeners: Listener[] = []
  readonly #connections = new Set<Connection>()
  readonly #keeper: ConnectionKeeper<Connection> = {
    turns: new ShortTurns(),
    ended: (connection) => this.#forget(connection),
  }
  #drained: (() => void) | undefined

  private constructor(options: GatewayOptions) {
    const { limits, recorder, table, errors: failureDetail = 'auto', serverTiming = false } = options
    this.#trust = options.trust ?? TrustedPeers.parse([])
    const clock = new CoarseClock()
    const budget = new BufferBudget(limits.maxBufferedBytes)
    const heldWrites = new HeldWrites(budget)
    const router = new DestinationRouter(table, limits, clock, recorder, heldWrites, this.#keeper.turns)
    this.#services = { router, limits, clock, recorder, budget, heldWrites, failureDetail, serverTiming }
  }

  /**
   * Listens on every address of the options, or on none.
   * @throws GatewayError LISTEN_IN_USE, LISTEN_FAILED; the detail names the address
   */
  static async start(options: GatewayOptions): Promise<Gateway> {
    const gateway = new Gateway(options)
    try {
      for (const address of options.listen) await gateway.#listen(address)
    } catch (error) {
      gateway.destroy()
      throw error
    }
    return gateway
  }

  /** Where clients reach it, one URL per listening socket. */
  get urls(): readonly string[] {
    return this.#listeners.flatMap((listener) => listener.urls)
  }

  /** The ports it listens on, one per --listen that is no unix socket. */
  get ports(): readonly number[] {
    return this.#listeners.filter((listener) => !listener.unix).map((listener) => listener.port)
  }

  /** Whether it takes no more connections, and waits for exchanges to end. */
  get draining(): boolean {
    return this.#drained !== undefined
  }

  /** From now on requests are matched in `table`, also on connections that are open; those under way keep their routes. */
  replaceRoutes(table: RouteTable): void {
    this.#services.router.replace(table)
  }

  /** The exchanges under way, those first whose clients came first. */
  get exchanges(): ExchangeStanding[] {
    return [...this.#connections].flatMap(({ standing }) => standing ?? [])
  }

  /** The origins that there are connections to, or that could not be reached lately. */
  get origins(): OriginStanding[] {
    return this.#services.router.origins
  }

  /** What is open and held at present, for tests that look for what was left over. */
  get census(): GatewayCensus {
    const { router, budget, heldWrites, clock } = this.#services
    return {
      connections: this.#connections.size,
      bufferedBytes: budget.usedBytes,
      heldWrites: heldWrites.count,
      deadlines: clock.watched,
      parserStates: takenStates(),
      ...router.census,
    }
  }

  /**
   * Takes no more connections, ends the idle ones, lets exchanges in flight end, and closes.
   * @returns when the last connection has ended, at the latest after the drain timeout
   */
  async drain(): Promise<void> {
    for (const listener of this.#listeners) listener.close()
    const empty = new Promise<void>((resolve) => (this.#drained = resolve))
    for (const connection of this.#connections) connection.drain()
    if (this.#connections.size === 0) this.#drained?.()
    const deadline = setTimeout(() => this.#endConnections(), this.#services.limits.drainTimeoutMs)
    await empty
    clearTimeout(deadline)
    this.destroy()
  }

  /** Ends everything at once. */
  destroy(): void {
    for (const listener of this.#listeners) listener.close()
    this.#endConnections()
    this.#services.router.close()
    this.#services.clock.stop()
  }

  async #listen(address: ListenAddress): Promise<void> {
    const listener = await Listener.open(
      address,
      (client, listener) => this.#accept(client, this.#arrival(client, listener)),
      (error) => this.#services.recorder.failed(new GatewayError('ACCEPT_FAILED', { cause: error })),
    )
    this.#listeners.push(listener)
  }

  #arrival({ socket }: ClientSocket, { port, unix }: Listener): Arrival {
    const { remoteAddress } = socket
    return {
      ...{ port, unix, local: loopback.test(remoteAddress ?? '') },
      trusted: this.#trust.trusts(remoteAddress, unix),
    }
  }

  #accept(client: ClientSocket, arrival: Arrival): void {
    this.#keeper.turns.accepted()
    if (this.#connections.size >= this.#services.limits.maxConnections && !this.#closeLongestIdle()) {
      return refuseConnection(client.socket, this.#services.recorder)
    }
    this.#connections.add(new Connection(client, arrival, this.#services, this.#keeper))
  }

  /**
   * Makes room for a new client, at once: one that lingered would let clients add up beyond the limit.
   * @returns false if no connection is idle
   */
  #closeLongestIdle(): boolean {
    // What waits to be written is not in the sockets yet.
    writeTurn()
    let longest: Connection | undefined
    for (const connection of this.#connections) {
      if (connection.idle && connection.idleSince < (longest?.idleSince ?? Infinity)) longest = connection
    }
    longest?.destroy(new GatewayError('CONNECTION_LIMIT'))
    return longest !== undefined
  }

  #forget(connection: Connection): void {
    this.#connections.delete(connection)
    this.#keeper.turns.forget(connection)
    if (this.#connections.size === 0) this.#drained?.()
  }

  #endConnections(): void {
    for (const connection of this.#connections) connection.destroy(new GatewayError('DRAINED'))
  }
}
