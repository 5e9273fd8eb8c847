import type { Ender, Phase, Side } from './phases.js'

/** A row of the table of errors, in the part of one side. */
export interface SidedErrorRow {
  /** Where in a connection's life the failure belongs. */
  readonly phase: Phase
  /** What answers it downstream; 0: no answer is possible or owed. */
  readonly status: number
  /** What Proxy-Status calls it (RFC 9209 section 2.3); '' if that knows nothing like it. */
  readonly proxyStatus: string
  /** Who ends the exchange so; where it is not said, the gateway, which refuses or gives up. */
  readonly endedBy?: Exclude<Ender, 'gateway'>
  readonly happened: string
  /** What to do about it. Answers that know the route put its line where this says `the routes file`. */
  readonly remedy: string
}

export interface ErrorRow extends SidedErrorRow {
  readonly side: Side
}
