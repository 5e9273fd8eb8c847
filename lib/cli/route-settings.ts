import type { Limits } from '../core/limits.js'
import { durationText, sizeText } from '../core/quantities.js'
import { exchangeWaits } from '../exchange/exchange-waits.js'
import type { FieldEdit, Route, RouteOptions } from '../routes/route.js'
import { templateText } from '../routes/template.js'

/** An option of a route as it is in force. */
export interface RouteSetting {
  /** As it is called in a routes file. */
  readonly option: string
  /** As it is written there; '' for an option that is a word alone. */
  readonly value: string
  /** Whether the route leaves it at its default. */
  readonly isDefault: boolean
}

/** The time-outs and bounds of a route, and what it does about retries and upgrades; none where it has no origins. */
export function waitSettings(route: Route, limits: Limits): RouteSetting[] {
  if (route.target.kind !== 'origins') return []
  const { options } = route
  const waits = exchangeWaits(route, limits)
  return [
    setting('connect', options.connectMs, durationText(options.connectMs ?? limits.connectTimeoutMs)),
    setting('response', options.responseMs, durationText(waits.responseMs)),
    setting('stall', options.stallMs, durationText(waits.stallMs)),
    setting('wait', options.waitMs, options.waitMs === undefined ? 'off' : durationText(options.waitMs)),
    setting('retry', options.retry, options.retry ?? 'idempotent'),
    setting('max-body', options.maxBodyBytes, bounded(options.maxBodyBytes, sizeText)),
    setting('max-conns', options.maxConnections, bounded(options.maxConnections, String)),
    setting('pipelining', options.pipelining, String(options.pipelining ?? 'off')),
    setting('upgrade', options.upgrade, options.upgrade ?? 'websocket'),
  ]
}

/** What a route changes in requests and responses, as far as it says so. */
export function editSettings({ target, options }: Route): RouteSetting[] {
  const settings = pathSettings(options)
  if (target.kind === 'origins') {
    const secure = target.origins.some(({ scheme }) => scheme === 'https')
    settings.push(
      setting('host', options.host, options.host ?? (secure ? 'origin for https, else keep' : 'keep')),
    )
  }
  for (const edit of options.requestEdits ?? []) settings.push(given(`req:${editText(edit)}`, ''))
  for (const edit of options.responseEdits ?? []) settings.push(given(`res:${editText(edit)}`, ''))
  return settings
}

function pathSettings({ strip, prefix, path }: Readonly<RouteOptions>): RouteSetting[] {
  if (strip === true) return [given('strip', '')]
  if (prefix !== undefined) return [given('prefix', prefix)]
  return path === undefined ? [] : [given('path', templateText(path))]
}

function editText({ action, name, value }: FieldEdit): string {
  if (action === 'remove') return `-${name}`
  return `${action === 'add' ? '+' : ''}${name}=${templateText(value)}`
}

function bounded(amount: number | undefined, show: (amount: number) => string): string {
  return amount === undefined ? 'none' : show(amount)
}

function setting(option: string, written: unknown, value: string): RouteSetting {
  return { option, value, isDefault: written === undefined }
}

function given(option: string, value: string): RouteSetting {
  return { option, value, isDefault: false }
}
