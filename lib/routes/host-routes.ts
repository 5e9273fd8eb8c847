import type { MatchKey } from './match-key.js'
import type { Route } from './route.js'
import { SegmentTree } from './segment-tree.js'

/** The routes of one host pattern: those bound to a listener's port go before those that are not. */
export class HostRoutes {
  readonly #everyPort = new SegmentTree()
  #ports: Map<number, SegmentTree> | undefined

  /** The routes on the listener's port `port`, or on every port; made where there is none yet. */
  treeOf(port: number | undefined): SegmentTree {
    if (port === undefined) return this.#everyPort
    this.#ports ??= new Map()
    let tree = this.#ports.get(port)
    if (tree === undefined) this.#ports.set(port, (tree = new SegmentTree()))
    return tree
  }

  /** @param path the path of `key` in the form in which it is compared */
  find(path: string, key: MatchKey): Route | undefined {
    const bound = this.#ports?.get(key.listenerPort ?? 0)?.find(path, key)
    return bound ?? this.#everyPort.find(path, key)
  }
}
