import type { Fields } from './fields.js'

/** What a route is chosen by: known once the request head is whole. */
export interface RoutingKey {
  /** Lower-cased host without port and without one trailing dot; an IPv6 address in brackets; '' if HTTP/1.0 sent none. */
  readonly host: string
  /** The path of the request target as it was sent, without query; `*` for the asterisk-form. */
  readonly path: string
  /** The query without its `?`; undefined if there is no `?`. */
  readonly query: string | undefined
  readonly method: string
  /** The port of the listener that took the connection; 0 for one that has none. */
  readonly listenerPort: number
  readonly fields: Fields
}
