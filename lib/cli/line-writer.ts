import type { LogTrouble } from './log-trouble.js'

/** Where lines go. */
export interface LineSink {
  /**
   * Takes whole lines. `done` is called once, later: when they are written, or with what went wrong, and how many lines
   * were lost by it; all of them if it does not say.
   */
  write(lines: string, done: (error?: Error | null, lost?: number) => void): void
}

/** What may wait before lines are dropped rather than kept in memory; the lines are ASCII. */
const maxWaitingBytes = 1024 * 1024

/** So much is written without waiting for more. */
const fullBatchBytes = 64 * 1024

/**
 * Writes lines in batches and never waits: what does not fit is dropped. While a batch is being written the next one
 * gathers.
 */
export class LineWriter {
  readonly #sink: LineSink
  readonly #trouble: LogTrouble
  readonly #gatherMs: number
  #lines = ''
  #count = 0
  /** Bytes and lines that the sink has and has not written. */
  #owed = 0
  #owedCount = 0
  #scheduled = false
  #rested: (() => void) | undefined

  /** @param gatherMs how long lines may gather; 0: for a turn of the event loop */
  constructor(sink: LineSink, trouble: LogTrouble, gatherMs = 0) {
    this.#sink = sink
    this.#trouble = trouble
    this.#gatherMs = gatherMs
  }

  /** @param line without its end */
  write(line: string): void {
    if (this.#lines.length + this.#owed > maxWaitingBytes) return this.#trouble.lost(1, 'slow')
    this.#lines += `${line}\n`
    this.#count++
    if (this.#owed > 0) return
    if (this.#lines.length >= fullBatchBytes) this.flush()
    else if (!this.#scheduled) this.#schedule()
  }

  /** Hands over what has gathered; not to be called while a sink has lines that puts nothing in order itself. */
  flush(): void {
    if (this.#count === 0) return
    const [lines, count] = [this.#lines, this.#count]
    this.#lines = ''
    this.#count = 0
    this.#owed += lines.length
    this.#owedCount += count
    this.#sink.write(lines, (error, lost = count) => {
      this.#owed -= lines.length
      this.#owedCount -= count
      this.#done(error ?? undefined, lost)
    })
  }

  /**
   * Writes everything out, but waits for it no longer than `mostMs`; what is not written then is counted.
   * @returns whether all of it is written
   */
  async end(mostMs: number): Promise<boolean> {
    if (this.#owed === 0) this.flush()
    if (this.#owed > 0) await this.#rest(mostMs)
    const left = this.#count + this.#owedCount
    if (left > 0) this.#trouble.lost(left, 'slow')
    this.#lines = ''
    this.#count = 0
    return left === 0
  }

  #schedule(): void {
    this.#scheduled = true
    if (this.#gatherMs === 0) setImmediate(() => this.#gathered())
    else setTimeout(() => this.#gathered(), this.#gatherMs).unref()
  }

  #gathered(): void {
    this.#scheduled = false
    if (this.#owed === 0) this.flush()
  }

  #done(error: (Error & { code?: string }) | undefined, lost: number): void {
    if (error === undefined) this.#trouble.written()
    else this.#trouble.lost(lost, error.code ?? error.message)
    if (this.#owed > 0) return
    this.flush()
    if (this.#owed === 0) this.#rested?.()
  }

  #rest(mostMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, mostMs)
      this.#rested = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
