import type { ExchangeStanding } from '../exchange/exchange-standing.js'
import { shortened } from '../exchange/shown-text.js'
import type { Gateway } from '../gateway/gateway.js'
import type { OriginStanding } from '../hop/origin-standing.js'
import type { Mistake } from '../routes/mistake.js'
import type { Route } from '../routes/route.js'
import { goesTo } from './route-list.js'
import { maxListed } from './status-keys.js'
import type { LastReload, RoutesStanding } from './status-routes.js'

/** The gateway that is told of. */
export interface StatusSubject {
  /** Of railscale, when the gateway started: the package may be another by now. */
  readonly version: string
  readonly gateway: Pick<Gateway, 'urls' | 'exchanges' | 'origins' | 'census' | 'draining'>
  readonly metricsUrl: string | undefined
  readonly routes: RoutesStanding
}

/** How a gateway stands; its keys are told by `statusKeys`. */
export type StatusReport = ReturnType<typeof statusReport>
export type ListedExchange = StatusReport['exchanges']['listed'][number]
export type ListedOrigin = StatusReport['origins']['listed'][number]
export type ListedRoute = StatusReport['routes']['listed'][number]
export type ReportedReload = NonNullable<StatusReport['routes']['last_reload']>

/** What a client or a file wrote may be longer. */
const maxText = 200

/**
 * How a gateway stands now, in a size that does not depend on how much it has to do.
 * @param loopDelaySeconds how late the event loop is
 * @param now milliseconds since 1970
 */
export function statusReport(
  { version, gateway, metricsUrl, routes }: StatusSubject,
  loopDelaySeconds: number,
  now = Date.now(),
) {
  const { census, exchanges, origins } = gateway
  const uptime = process.uptime()
  const { rss, heapUsed } = process.memoryUsage()
  return {
    protocol: 1,
    version,
    pid: process.pid,
    started_at: time(now - uptime * 1_000),
    uptime_seconds: rounded(uptime),
    draining: gateway.draining,
    listeners: gateway.urls.slice(0, maxListed),
    metrics: metricsUrl ?? null,
    routes: routesObject(routes),
    clients: { connections: census.connections, buffered_bytes: census.bufferedBytes },
    exchanges: {
      count: exchanges.length,
      tunnels: exchanges.filter(({ tunnel }) => tunnel).length,
      listed: longest(exchanges).map(exchangeObject),
    },
    origins: {
      count: origins.length,
      down: origins.filter(({ leftOutMs }) => leftOutMs > 0).length,
      idle: census.idleLinks,
      busy: census.busyLinks,
      dials: census.dials,
      waiting: census.held + census.queued,
      listed: foremost(origins).map(originObject),
    },
    process: { resident_bytes: rss, heap_bytes: heapUsed, loop_delay_seconds: rounded(loopDelaySeconds) },
  }
}

function routesObject({ names, table, generation, loadedAt, lastReload }: RoutesStanding) {
  const { routes } = table
  return {
    sources: names.slice(0, maxListed).map(text),
    count: routes.length,
    generation,
    loaded_at: time(loadedAt),
    last_reload: lastReload === undefined ? null : reloadObject(lastReload),
    listed: routes.slice(0, maxListed).map(routeObject),
  }
}

function reloadObject({ outcome, at, errors, warnings, first }: LastReload) {
  return { outcome, at: time(at), errors, warnings, first: first === undefined ? null : mistakeObject(first) }
}

function mistakeObject({ severity, place, message }: Mistake) {
  const { file, line, column } = place
  return { severity, file: text(file), line, column, message: text(message) }
}

function routeObject(route: Route) {
  const { matchText, name, place } = route
  return {
    match: text(matchText),
    name: text(name),
    to: text(goesTo(route)),
    file: text(place.file),
    line: place.line,
  }
}

function exchangeObject(exchange: ExchangeStanding) {
  const { seconds, phase, tunnel, method, host, path, route, origin, client } = exchange
  return {
    ...{ seconds: rounded(seconds), phase, tunnel, method: text(method), host: text(host), path: text(path) },
    ...{ route: text(route), origin: text(origin), client: text(client) },
  }
}

function originObject({ origin, idle, busy, leftOutMs }: OriginStanding) {
  return { origin: text(origin), idle, busy, down_seconds: rounded(leftOutMs / 1_000) }
}

function longest(exchanges: readonly ExchangeStanding[]): ExchangeStanding[] {
  return [...exchanges].sort((one, other) => other.seconds - one.seconds).slice(0, maxListed)
}

/** Those that are left out first, then those with most connections. */
function foremost(origins: readonly OriginStanding[]): OriginStanding[] {
  const connections = ({ idle, busy }: OriginStanding): number => idle + busy
  const byWeight = (one: OriginStanding, other: OriginStanding): number =>
    other.leftOutMs - one.leftOutMs || connections(other) - connections(one)
  return [...origins].sort(byWeight).slice(0, maxListed)
}

function text(long: string): string {
  return shortened(long, maxText)
}

function time(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}

function rounded(seconds: number): number {
  return Number(seconds.toFixed(3))
}
