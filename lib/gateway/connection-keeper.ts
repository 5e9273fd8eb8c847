import type { Connection } from './connection.js'
import type { RequestTurns } from './request-turns.js'

/** What a connection needs of whoever keeps all of them. */
export interface ConnectionKeeper {
  readonly turns: RequestTurns
  ended(connection: Connection): void
}
