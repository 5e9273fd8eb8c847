import { ExchangeNumbers } from './exchange-numbers.js'
import type { Gauge, MetricSet } from './metric-set.js'

/** The numbers of one route. */
export class RouteNumbers {
  readonly exchanges: ExchangeNumbers
  readonly inFlight: Gauge
  readonly tunnels: Gauge

  /** @param route its name, as the page has it */
  constructor(metrics: MetricSet, route: string) {
    this.exchanges = new ExchangeNumbers(metrics, 'route', route)
    this.inFlight = metrics.gauge('route_exchanges_in_flight', { route })
    this.tunnels = metrics.gauge('route_tunnels_open', { route })
  }
}
