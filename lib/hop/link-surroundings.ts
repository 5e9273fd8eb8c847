import type { CoarseClock } from '../core/coarse-clock.js'
import type { Limits } from '../core/limits.js'
import type { ShortTurns } from '../core/short-turns.js'
import type { HeldWrites } from '../message/held-writes.js'
import type { Recorder } from '../message/recorder.js'
import type { IdlePool, Poolable } from '../upstream/idle-pool.js'

/** Where a link belongs. */
export interface LinkName {
  /** Under which it is kept in the pool. */
  readonly key: string
  /** The origin, as the routes name it. */
  readonly origin: string
}

/** What all links of a router share. */
export interface LinkSurroundings<Link extends Poolable> {
  readonly limits: Limits
  readonly clock: CoarseClock
  readonly pool: IdlePool<Link>
  readonly heldWrites: HeldWrites
  readonly turns: ShortTurns
  readonly recorder: Recorder
}
