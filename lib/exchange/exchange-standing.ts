import type { ExchangePhase } from '../core/phases.js'
import type { Downstream } from './downstream.js'
import type { Exchange } from './exchange.js'
import { standing } from './termination.js'

/** An exchange that is under way, as whoever asks is told of it. */
export interface ExchangeStanding {
  /** The address of the client; '' where it has none. */
  readonly client: string
  readonly method: string
  readonly host: string
  /** Without query. */
  readonly path: string
  /** Name of its route; '' as long as none is known. */
  readonly route: string
  /** The origin that it goes to, as the routes name it; '' as long as none was chosen. */
  readonly origin: string
  readonly phase: ExchangePhase
  /** Whether it has become a tunnel. */
  readonly tunnel: boolean
  /** Since the first byte of the request. */
  readonly seconds: number
}

/** How `exchange` stands now. */
export function exchangeStanding(
  exchange: Exchange,
  { source }: Pick<Downstream, 'source'>,
): ExchangeStanding {
  const { forward, route, origin, tunnel, timings } = exchange
  return {
    client: source.peer.address,
    method: forward.head?.method ?? '',
    host: forward.head?.host ?? '',
    path: forward.head?.path ?? '',
    route: route?.name ?? '',
    origin: origin?.text ?? '',
    phase: standing(exchange),
    tunnel: tunnel !== undefined,
    seconds: (performance.now() - timings.firstByte) / 1_000,
  }
}
