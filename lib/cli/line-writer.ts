import { LineBytes } from './line-bytes.js'
import type { LogTrouble } from './log-trouble.js'

/** Where lines go. */
export interface LineSink {
  /**
   * Takes whole lines, whose bytes are good until `done` is called. That happens once, later: when they are written, or
   * with what went wrong, and how many lines were lost by it; all of them if it does not say.
   */
  write(lines: Buffer, done: (error?: Error | null, lost?: number) => void): void
}

/** What may wait before lines are dropped rather than kept in memory. */
const maxWaitingBytes = 1024 * 1024

/** So much is written without waiting for more. */
const fullBatchBytes = 256 * 1024

/** A batch that has grown beyond this is not used again. */
const keptBatchBytes = 512 * 1024

/** One is written while the other one gathers. */
const keptBatches = 2

/**
 * So many entries become lines in one go: the code that does it, and what it works on, are in the processor's caches
 * then, which more than halves its cost.
 */
const entriesAtOnce = 64

/** Puts an entry in front of the end of a line. @param moment when it came, in milliseconds since 1970 */
export type PutLine<Entry> = (entry: Entry, into: LineBytes, moment: number) => void

/**
 * Writes lines in batches and never waits: what does not fit is dropped. While a batch is being written the next one
 * gathers.
 */
export class LineWriter<Entry> {
  readonly #sink: LineSink
  readonly #trouble: LogTrouble
  readonly #put: PutLine<Entry>
  readonly #gatherMs: number
  /** Those that are no lines yet, and when they came; what they are made of does not change any more. */
  readonly #entries: (Entry | undefined)[] = []
  readonly #moments: number[] = []
  #waiting = 0
  #lines = new LineBytes()
  /** Batches that were written, for the next ones. */
  readonly #free: LineBytes[] = []
  #count = 0
  /** Bytes and lines that the sink has and has not written. */
  #owed = 0
  #owedCount = 0
  #scheduled = false
  #rested: (() => void) | undefined

  /** @param gatherMs how long lines may gather; 0: for a turn of the event loop */
  constructor(sink: LineSink, trouble: LogTrouble, put: PutLine<Entry>, gatherMs = 0) {
    this.#sink = sink
    this.#trouble = trouble
    this.#put = put
    this.#gatherMs = gatherMs
  }

  /** An entry becomes a line, unless too much is waiting already. */
  write(entry: Entry): void {
    this.#entries[this.#waiting] = entry
    this.#moments[this.#waiting++] = Date.now()
    if (this.#waiting === entriesAtOnce) this.#makeLines()
    if (this.#owed > 0) return
    if (this.#lines.length >= fullBatchBytes) this.flush()
    else if (!this.#scheduled) this.#schedule()
  }

  /** Hands over what has gathered; not to be called while a sink has lines that puts nothing in order itself. */
  flush(): void {
    this.#makeLines()
    if (this.#count === 0) return
    const [lines, count] = [this.#lines, this.#count]
    this.#lines = this.#free.pop() ?? new LineBytes()
    this.#count = 0
    this.#owed += lines.length
    this.#owedCount += count
    this.#sink.write(lines.content, (error, lost = count) => {
      // What came meanwhile has waited beside it, and counts with it.
      this.#makeLines()
      this.#owed -= lines.length
      this.#owedCount -= count
      this.#useAgain(lines)
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
    const left = this.#waiting + this.#count + this.#owedCount
    if (left > 0) this.#trouble.lost(left, 'slow')
    this.#lines.clear()
    this.#waiting = 0
    this.#count = 0
    return left === 0
  }

  #makeLines(): void {
    for (let i = 0; i < this.#waiting; i++) {
      this.#makeLine(this.#entries[i] as Entry, this.#moments[i] as number)
      this.#entries[i] = undefined
    }
    this.#waiting = 0
  }

  #makeLine(entry: Entry, moment: number): void {
    if (this.#lines.length + this.#owed > maxWaitingBytes) return this.#trouble.lost(1, 'slow')
    this.#put(entry, this.#lines, moment)
    this.#lines.endLine()
    this.#count++
  }

  #useAgain(lines: LineBytes): void {
    if (lines.capacity > keptBatchBytes || this.#free.length === keptBatches) return
    lines.clear()
    this.#free.push(lines)
  }

  /** Whether the next batch is worth the wait: each write wakes a thread, however little there is to write. */
  get #mayGather(): boolean {
    return this.#gatherMs > 0 && this.#rested === undefined && this.#lines.length < fullBatchBytes
  }

  #gather(): void {
    if (!this.#scheduled && this.#waiting + this.#count > 0) this.#schedule()
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
    if (this.#mayGather) return this.#gather()
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
