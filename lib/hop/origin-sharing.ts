import type { Recorder } from '../message/recorder.js'
import type { Origin } from '../routes/route.js'
import { SharedLinks } from './shared-links.js'

/** Which origins requests are pipelined to, and over which links. */
export class OriginSharing {
  readonly #recorder: Recorder
  /** By the keys of the pool. */
  #links = new Map<string, SharedLinks>()

  constructor(recorder: Recorder) {
    this.#recorder = recorder
  }

  /** The links to `origin` that requests share; undefined if it has shown that it does not pipeline. */
  to(key: string, origin: Origin): SharedLinks | undefined {
    const links = this.#links.get(key) ?? this.#firstTo(key, origin)
    return links.stopped ? undefined : links
  }

  /** Somebody has read the routes again: what was known of origins may be true no more. */
  beginAnew(): void {
    for (const links of this.#links.values()) links.close()
    this.#links = new Map()
  }

  #firstTo(key: string, origin: Origin): SharedLinks {
    const links = new SharedLinks((error) => this.#recorder.pipeliningStopped(origin.text, error))
    this.#links.set(key, links)
    return links
  }
}
