import type { Place } from './mistake.js'

/** Where requests of a route go. */
export interface Origin {
  /** Name, IPv4 address, or IPv6 address in brackets; localhost means both loopbacks. */
  readonly host: string
  readonly port: number
  /** host:port, as a Host field has it. */
  readonly authority: string
}

/** The hosts that a route takes: one by name, all below a name, or all. */
export type HostPattern =
  | { readonly kind: 'exact'; readonly name: string }
  /** `suffix` begins with the dot: `.app.localhost` for `*.app.localhost`. */
  | { readonly kind: 'wildcard'; readonly suffix: string }
  | { readonly kind: 'any' }

/** The paths that a route takes. */
export interface PathPattern {
  /** Literal segments in normal form, without slashes; none: every path. */
  readonly segments: readonly string[]
  /** Whether the path ends where the pattern ends; else everything below is taken too. */
  readonly exact: boolean
}

/** One rule of the table. */
export interface Route {
  readonly name: string
  readonly hosts: readonly HostPattern[]
  readonly path: PathPattern
  /** Not empty. */
  readonly origins: readonly Origin[]
  /** Whether the matched prefix is cut off what goes upstream. */
  readonly strip: boolean
  /** The match as it was written. */
  readonly matchText: string
  readonly place: Place
}
