import tty from 'node:tty'

/** Who is told of SIGHUP. */
export interface HangUpEnd {
  /** The terminal that the process wrote to is gone; told once. */
  gone(): void
  /** Somebody has sent the signal. */
  asked(): void
}

/** A shell that ends may send the signal before its terminal is gone. */
const hangUpMs = 1_000

/**
 * Tells the two meanings of SIGHUP apart. A process whose outputs were no terminal from the start (nohup, a service)
 * has none that could go.
 */
export class HangUp {
  readonly #end: HangUpEnd
  readonly #terminals = [1, 2].filter((descriptor) => tty.isatty(descriptor))
  #timer: NodeJS.Timeout | undefined
  #gone = false

  constructor(end: HangUpEnd) {
    this.#end = end
  }

  /** SIGHUP has come. */
  signalled(): void {
    this.#look()
    if (this.#gone) return
    this.#end.asked()
    if (this.#terminals.length === 0) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#look(), hangUpMs)
    this.#timer.unref()
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  /** The system and the shell both send the signal when a terminal goes. */
  #look(): void {
    if (this.#gone || this.#terminals.every((descriptor) => tty.isatty(descriptor))) return
    this.#gone = true
    this.#end.gone()
  }
}
