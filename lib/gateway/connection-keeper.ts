import type { ShortTurns } from '../core/short-turns.js'
import type { Connection } from './connection.js'

/** What a connection needs of whoever keeps all of them. */
export interface ConnectionKeeper {
  readonly turns: ShortTurns
  ended(connection: Connection): void
}
