import type { Origin, Route } from './route.js'

/** What a Location has to be read against: who was asked, and by which names. */
export interface AskedOrigin {
  readonly route: Route
  readonly origin: Origin
  /** The path as the client sent it. */
  readonly path: string
  /** host[:port] that went upstream. */
  readonly host: string
}

/** `strip`, `prefix=` and `host=` backwards. @returns what the client has to ask for, undefined to leave the value alone */
export function returnedLocation(_value: string, _asked: AskedOrigin): string | undefined {
  return undefined
}
