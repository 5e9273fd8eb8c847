import type { Place } from './mistake.js'
import type { Template } from './template.js'

/** Who an https origin has to prove to be. */
export interface OriginIdentity {
  /** `sni=`: the name that is asked for and that the certificate has to bear; the host if undefined. */
  readonly serverName: string | undefined
  /** `tls=insecure`: any certificate will do. */
  readonly insecure: boolean
  /** `ca=`: certificates (PEM) that are trusted instead of the ones that Node brings. */
  readonly ca: string | undefined
}

/** Where requests of a route go. */
export interface Origin {
  readonly scheme: 'http' | 'https'
  /** Name, IPv4 address, or IPv6 address in brackets; localhost means both loopbacks. */
  readonly host: string
  readonly port: number
  /** As a Host field has it: host and port, without the default port of the scheme; `localhost` for a unix socket. */
  readonly authority: string
  /** As people are told of it: `localhost:3000`, `https://api.test`, `unix:/run/x.sock`. */
  readonly text: string
  /** Origins whose connections serve each other's requests have the same: scheme, address and TLS identity. */
  readonly key: string
  /** The path of a unix socket, which is dialled instead of host and port. */
  readonly socketPath?: string
  readonly tls?: OriginIdentity
  /** Its share of the requests, from 1 to 1000. */
  readonly weight: number
  /** Whether it serves only while all others are out. */
  readonly backup: boolean
}

/** The hosts that a route takes: one by name, all below a name, or all; on one listener's port, or on any. */
export type HostPattern = (
  | { readonly kind: 'exact'; readonly name: string }
  /** `suffix` begins with the dot: `.app.localhost` for `*.app.localhost`. */
  | { readonly kind: 'wildcard'; readonly suffix: string }
  | { readonly kind: 'any' }
) & { readonly listenerPort?: number }

/** Any one segment: `*`, or `:name`. */
export interface AnySegment {
  /** What it is called in templates; undefined for `*`. */
  readonly capture: string | undefined
}

/** The paths that a route takes. */
export interface PathPattern {
  /** Literals in normal form, without slashes, and wildcards; none: every path. */
  readonly segments: readonly (string | AnySegment)[]
  /** Whether the path ends where the pattern ends; else everything below is taken too. */
  readonly exact: boolean
}

/** `header:Name`, `query:key`, each with `=value` or without, and with `!` or without. */
export interface Condition {
  readonly kind: 'header' | 'query'
  readonly name: string
  /** undefined: any value will do. */
  readonly value: string | undefined
  readonly negated: boolean
}

/** What happens to a request that a route takes. */
export type Target =
  | { readonly kind: 'origins'; /** Not empty. */ readonly origins: readonly Origin[] }
  | StaticAnswer
  | Redirect

/** `200 "ok"`, `200 @file`. */
export interface StaticAnswer {
  readonly kind: 'answer'
  readonly status: number
  readonly contentType: string
  readonly content: Buffer
}

/** `308 https://new.test/manual${rest}${query}`. */
export interface Redirect {
  readonly kind: 'redirect'
  readonly status: number
  readonly location: Template
}

/** `req:Name=value` sets, `req:+Name=value` adds, `req:-Name` removes; `res:` likewise. */
export interface FieldEdit {
  readonly action: 'set' | 'add' | 'remove'
  readonly name: string
  /** Empty for `remove`. */
  readonly value: Template
}

export type UpgradePolicy = 'websocket' | 'none' | 'any'

/** The options of a route, as far as they were given. Times in milliseconds, sizes in bytes. */
export interface RouteOptions {
  name?: string
  strip?: boolean
  prefix?: string
  path?: Template
  /** keep, origin, or the name that goes upstream. */
  host?: string
  requestEdits?: FieldEdit[]
  responseEdits?: FieldEdit[]
  connectMs?: number
  responseMs?: number
  stallMs?: number
  waitMs?: number
  retry?: 'off' | 'idempotent'
  maxBodyBytes?: number
  maxConnections?: number
  /** How many requests may wait on one upstream connection. */
  pipelining?: number
  upgrade?: UpgradePolicy
}

/** One rule of the table. */
export interface Route {
  readonly name: string
  /** Upper case; none: every method but TRACE. */
  readonly methods: readonly string[]
  readonly hosts: readonly HostPattern[]
  readonly path: PathPattern
  readonly conditions: readonly Condition[]
  readonly target: Target
  readonly options: Readonly<RouteOptions>
  /** The match as it was written: methods, where, and conditions, one blank between them. */
  readonly matchText: string
  readonly place: Place
  /** The line that it begins on, to be shown with what is found wrong later. */
  readonly lineText?: string
}

/** The `host=` of a route for one of its origins: an https origin is asked under the name that its certificate bears. */
export function hostRule(route: Route, origin: Origin): string {
  return route.options.host ?? (origin.scheme === 'https' ? 'origin' : 'keep')
}

const noOrigins: readonly Origin[] = []

/** The origins of `route`; none if it answers by itself. */
export function originsOf(route: Route): readonly Origin[] {
  return route.target.kind === 'origins' ? route.target.origins : noOrigins
}
