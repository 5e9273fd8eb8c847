/** What a route is looked up by. */
export interface MatchKey {
  /** Lower-cased, without port and without one trailing dot. */
  readonly host: string
  /** As it was sent, without query; `*` for the asterisk-form. */
  readonly path: string
  /** Without its `?`; undefined if there is none. */
  readonly query?: string | undefined
  /** GET if it is left out. */
  readonly method?: string
  /** The port that the request came in on; 0 for a listener without one. */
  readonly listenerPort?: number
  /** The fields of the request; none if they are left out. */
  readonly fields?: { valuesOf(name: string): string[] }
}
