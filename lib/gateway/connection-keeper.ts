import type { ShortTurns } from '../core/short-turns.js'

/** What a connection needs of whoever keeps all of them. */
export interface ConnectionKeeper<C> {
  readonly turns: ShortTurns
  ended(connection: C): void
}
