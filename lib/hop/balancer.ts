import type { Origin } from '../routes/route.js'

/**
 * Takes turns among origins by smooth weighted round robin: in each turn every usable one gains its weight, the
 * one that has most is taken and pays what all gained, so that weights of 5, 1 and 1 give a a b a c a a.
 */
export class Balancer {
  readonly #origins: readonly Origin[]
  readonly #credit: number[]

  constructor(origins: readonly Origin[]) {
    this.#origins = origins
    this.#credit = origins.map(() => 0)
  }

  /** The origin whose turn it is among the usable ones; a backup where no other is; undefined where none is. */
  next(usable: (origin: Origin) => boolean): Origin | undefined {
    return this.#turn(usable, false) ?? this.#turn(usable, true)
  }

  #turn(usable: (origin: Origin) => boolean, backup: boolean): Origin | undefined {
    const credit = this.#credit
    let total = 0
    let best = -1
    for (const [i, origin] of this.#origins.entries()) {
      if (origin.backup !== backup || !usable(origin)) continue
      credit[i] = (credit[i] as number) + origin.weight
      total += origin.weight
      if (best === -1 || credit[i] > (credit[best] as number)) best = i
    }
    if (best === -1) return undefined
    credit[best] = (credit[best] as number) - total
    return this.#origins[best]
  }
}
