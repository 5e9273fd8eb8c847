import { setTimeout } from 'node:timers/promises'
import { asciiJson } from './ascii-json.js'

/** What takes no longer is made anew for each client. */
const cheapMs = 2

/** An answer that took longer is kept for so many times as long, so that however many ask, serving goes on. */
const keptTimes = 20

/** How long the timer runs whose lateness is told. */
const timerMs = 10

/** The answers of a status socket. */
export class StatusAnswers {
  readonly #report: (loopDelaySeconds: number) => object
  #answer: Promise<string> | undefined
  #keptUntil = 0

  /** @param report how the gateway stands now; it is told how late the event loop was */
  constructor(report: (loopDelaySeconds: number) => object) {
    this.#report = report
  }

  /** One line of JSON with its end. Whoever asks while it is made gets the same. */
  answer(): Promise<string> {
    if (this.#answer !== undefined && performance.now() < this.#keptUntil) return this.#answer
    this.#keptUntil = Infinity
    this.#answer = this.#make()
    return this.#answer
  }

  async #make(): Promise<string> {
    const delay = await loopDelaySeconds()
    const begun = performance.now()
    this.#keptUntil = begun
    const text = `${asciiJson(this.#report(delay))}\n`
    const tookMs = performance.now() - begun
    if (tookMs > cheapMs) this.#keptUntil = begun + (keptTimes + 1) * tookMs
    return text
  }
}

/** How late a timer is, in seconds: as late as whatever else waits for its turn. */
async function loopDelaySeconds(): Promise<number> {
  const begun = performance.now()
  await setTimeout(timerMs)
  return Math.max(0, performance.now() - begun - timerMs) / 1_000
}
