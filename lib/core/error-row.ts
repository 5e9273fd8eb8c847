import type { Phase, Side } from './phases.js'

/** A row of the table of errors, in the part of one side. */
export interface SidedErrorRow {
  /** Where in a connection's life the failure belongs. */
  readonly phase: Phase
  /** What answers it downstream; 0: no answer is possible or owed. */
  readonly status: number
  readonly happened: string
  /** What to do about it. */
  readonly remedy: string
}

export interface ErrorRow extends SidedErrorRow {
  readonly side: Side
}
