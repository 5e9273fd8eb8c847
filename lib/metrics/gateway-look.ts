import type { MetricSet } from './metric-set.js'
import type { NamedNumbers } from './named-numbers.js'
import type { OriginNumbers } from './origin-numbers.js'
import type { RouteNumbers } from './route-numbers.js'

/** What a gateway tells of itself when it is asked. */
export interface ObservedGateway {
  /** Those under way. */
  readonly exchanges: Iterable<{ readonly route: string; readonly tunnel: boolean }>
  readonly origins: Iterable<ObservedOrigin>
  readonly census: {
    readonly bufferedBytes: number
    /** Requests that wait for an origin to come back. */
    readonly held: number
    /** Requests that wait for one of the connections of `max-conns=`. */
    readonly queued: number
  }
}

interface ObservedOrigin {
  readonly origin: string
  readonly idle: number
  readonly busy: number
  /** How long it is left out, in milliseconds; 0: it is not. */
  readonly leftOutMs: number
}

interface NumbersByName {
  readonly routeNumbers: NamedNumbers<RouteNumbers>
  readonly originNumbers: NamedNumbers<OriginNumbers>
}

/** Has `gateway` looked at before each reading of `metrics`. What it has no more of is zero then. */
export function lookAtGateway(metrics: MetricSet, numbers: NumbersByName, gateway: ObservedGateway): void {
  const buffered = metrics.gauge('buffered_bytes')
  const held = metrics.gauge('requests_held')
  const queued = metrics.gauge('requests_queued')
  metrics.beforeReading(() => {
    lookAtExchanges(numbers.routeNumbers, gateway.exchanges)
    lookAtOrigins(numbers.originNumbers, gateway.origins)
    const { census } = gateway
    buffered.value = census.bufferedBytes
    held.value = census.held
    queued.value = census.queued
  })
}

function lookAtExchanges(numbers: NamedNumbers<RouteNumbers>, exchanges: ObservedGateway['exchanges']): void {
  for (const { inFlight, tunnels } of numbers.all()) inFlight.value = tunnels.value = 0
  for (const { route, tunnel } of exchanges) {
    const { inFlight, tunnels } = numbers.of(route)
    inFlight.value += 1
    if (tunnel) tunnels.value += 1
  }
}

function lookAtOrigins(numbers: NamedNumbers<OriginNumbers>, origins: Iterable<ObservedOrigin>): void {
  for (const { idle, busy, leftOut } of numbers.all()) idle.value = busy.value = leftOut.value = 0
  for (const { origin, idle, busy, leftOutMs } of origins) {
    const gauges = numbers.of(origin)
    gauges.idle.value += idle
    gauges.busy.value += busy
    if (leftOutMs > 0) gauges.leftOut.value = 1
  }
}
