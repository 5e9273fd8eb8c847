/** What can begin a request in a later turn of the event loop. */
export interface LateBeginner {
  /** Its turn has come. */
  begin(): void
}

/** So many requests begin in one turn while clients wait to be accepted: about a millisecond of work, answers included. */
const mostBegun = 16
/** In so many turns in a row clients were accepted before more of them are expected. */
const expectedAfter = 2

/**
 * The requests that begin in one turn of the event loop. Node accepts one client in a turn (libuv since 1.45), and with
 * a thousand busy ones a turn takes long: new clients would wait for as many long turns as there are clients before
 * them. While clients come in turn after turn, turns are kept short; requests that are too many for one begin in the
 * next ones, in the order in which they came.
 */
export class RequestTurns {
  #late = new Set<LateBeginner>()
  #begun = 0
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

  /** Whether a request may begin now; where it may not, `beginner` is told when. */
  mayBegin(beginner: LateBeginner): boolean {
    if (this.#accepting < expectedAfter && this.#late.size === 0) return true
    if (this.#late.size === 0 && this.#begun < mostBegun) {
      this.#begun++
      return true
    }
    this.#late.add(beginner)
    return false
  }

  /** Nothing of `beginner` waits any more. */
  forget(beginner: LateBeginner): void {
    this.#late.delete(beginner)
  }

  #awaitEnd(): void {
    if (this.#awaited) return
    this.#awaited = true
    setImmediate(() => this.#endTurn())
  }

  #endTurn(): void {
    this.#awaited = false
    this.#accepting = this.#accepted ? this.#accepting + 1 : 0
    this.#accepted = false
    this.#begun = 0
    this.#beginLate()
    if (this.#accepting > 0 || this.#late.size > 0) this.#awaitEnd()
  }

  #beginLate(): void {
    for (const beginner of this.#late) {
      if (this.#begun === mostBegun) return
      this.#begun++
      this.#late.delete(beginner)
      beginner.begin()
    }
  }
}
