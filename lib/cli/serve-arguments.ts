import type { Limits } from '../core/limits.js'
import type { FailureDetail } from '../exchange/exchange-services.js'
import {
  parseListenAddress,
  parsePortAddress,
  type ListenAddress,
  type PortAddress,
} from '../gateway/listen-address.js'
import { TrustedPeers } from '../gateway/trusted-peers.js'
import { reading, type GivenOptions } from './given-options.js'
import { limitChanges } from './limit-options.js'
import type { LogOptions } from './log.js'
import { logOptions } from './log-options.js'
import { plainOptions } from './option-table.js'
import type { RoutesArguments } from './routes-sources.js'

/** What `railscale serve` was given, read. */
export interface ServeArguments extends RoutesArguments, LogOptions {
  readonly listen: readonly ListenAddress[]
  readonly trust: TrustedPeers
  readonly errors: FailureDetail
  readonly metrics: PortAddress | undefined
  /** Whether answers tell how long the gateway's parts took. */
  readonly serverTiming: boolean
  /** Whether the files of routes are watched; undefined if nobody has said so. */
  readonly watch: boolean | undefined
  /** Whether `railscale status` may ask. */
  readonly status: boolean
  /** The limits that were set. */
  readonly limits: Partial<Limits>
}

/** @throws CommandError about the first value that is wrong, with its option or variable */
export function serveArguments(given: GivenOptions): ServeArguments {
  const { listen, errors, metrics, status } = plainOptions
  const asIs = (text: string): string => text
  const addresses = given.readAll('listen', parseListenAddress)
  return {
    routes: given.readAll('routes', asIs),
    route: given.readAll('route', asIs),
    listen: addresses.length === 0 ? [parseListenAddress(listen.default)] : addresses,
    trust: trusted(given),
    errors: given.choice('errors', errors.choices) ?? errors.default,
    metrics: given.read('metrics', (text) => parsePortAddress(text === '' ? metrics.bare : text)),
    ...logOptions(given),
    serverTiming: given.flag('server-timing'),
    watch: given.read('watch', watched),
    status: given.choice('status', status.choices) !== 'off',
    limits: limitChanges((option, parse) => given.read(option, parse)),
  }
}

function watched(text: string): boolean {
  const { bare, choices } = plainOptions.watch
  const chosen = choices.find((choice) => choice === (text === '' ? bare : text))
  if (chosen === undefined) throw new Error(`"${text}" is none of its values: write ${choices.join(', ')}`)
  return chosen === 'on'
}

function trusted(given: GivenOptions): TrustedPeers {
  const peers = given.all('trust')
  return reading(peers[0]?.from ?? '', () => TrustedPeers.parse(peers.map(({ text }) => text)))
}
