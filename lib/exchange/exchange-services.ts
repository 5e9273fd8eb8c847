import type { BufferBudget } from '../core/buffer-budget.js'
import type { CoarseClock } from '../core/coarse-clock.js'
import type { Limits } from '../core/limits.js'
import type { DestinationRouter } from '../hop/destination-router.js'
import type { HeldWrites } from '../message/held-writes.js'
import type { Recorder } from '../message/recorder.js'

/** Who is told everything of a failure; auto: clients on this machine that came here directly. */
export type FailureDetail = 'auto' | 'brief' | 'full'

/** What all exchanges of a gateway share. */
export interface ExchangeServices {
  readonly router: DestinationRouter
  readonly limits: Limits
  readonly clock: CoarseClock
  readonly recorder: Recorder
  readonly budget: BufferBudget
  readonly heldWrites: HeldWrites
  readonly failureDetail: FailureDetail
  /** Whether answers tell how long the parts of an exchange took (Server-Timing). */
  readonly serverTiming: boolean
}
