/** What can go on in a later turn of the event loop. */
export interface LateWork {
  /** A request is little; a large read, which takes several times as long, is much. */
  readonly workload: 'little' | 'much'
  /** Its turn has come. */
  goOn(): void
}

/** How much each is: 1 is a small exchange, 60 us or so. */
const work = { little: 1, much: 4 } as const
/** What one turn does of work that can wait, while clients wait to be accepted: about half a millisecond. */
const mostWork = 2 * work.much
/** What one turn does of work that has waited, once no more clients come. */
const mostLateWork = 16 * work.much
/** In so many turns in a row clients were accepted before more of them are expected. */
const expectedAfter = 2

/**
 * Short turns of the event loop while clients wait to be accepted. Node accepts one client in a turn (libuv since
 * 1.45), and with a thousand busy ones a turn takes long: new clients would wait for as many long turns as there are
 * clients before them. While clients come in turn after turn, work that is too much for one turn goes on in the
 * next ones, in the order in which it came; but large work leaves room for little work.
 */
export class ShortTurns {
  readonly #late = { little: new Set<LateWork>(), much: new Set<LateWork>() }
  /** Work done in this turn. */
  #done = 0
  #accepted = false
  /** Turns in a row in which clients were accepted. */
  #accepting = 0
  /** Whether the end of this turn is waited for. */
  #awaited = false

  /** A client was accepted in this turn. */
  accepted(): void {
    this.#accepted = true
    this.#awaitEnd()
  }

  /** Whether `one` may be done now; where it may not, it is told when it may go on. */
  mayDo(one: LateWork): boolean {
    if (!this.#crowded) return true
    const late = this.#late[one.workload]
    if (late.size === 0 && this.#done < mostWork) {
      this.#done += work[one.workload]
      return true
    }
    late.add(one)
    return false
  }

  /** `one` waits no more. */
  forget(one: LateWork): void {
    this.#late[one.workload].delete(one)
  }

  /** Whether more clients are expected in the next turn. */
  get #crowded(): boolean {
    return this.#accepting >= expectedAfter
  }

  #awaitEnd(): void {
    if (this.#awaited) return
    this.#awaited = true
    setImmediate(() => this.#endTurn())
  }

  #endTurn(): void {
    const { little, much } = this.#late
    this.#awaited = false
    this.#accepting = this.#accepted ? this.#accepting + 1 : 0
    this.#accepted = false
    this.#done = 0
    const most = this.#crowded ? mostWork : mostLateWork
    this.#goOn(little, much.size === 0 ? most : most - work.much)
    this.#goOn(much, most)
    if (this.#accepting > 0 || little.size + much.size > 0) this.#awaitEnd()
  }

  /** @param most what may be done in this turn then */
  #goOn(late: Set<LateWork>, most: number): void {
    for (const one of late) {
      if (this.#done >= most) return
      this.#done += work[one.workload]
      late.delete(one)
      one.goOn()
    }
  }
}
