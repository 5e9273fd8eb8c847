import type { PathPattern, Route } from './route.js'

/**
 * The routes of one host pattern by path: one node a segment, so that a look-up costs what the path is
 * long, however many routes there are, and goes no deeper than the routes do.
 */
export class SegmentTree {
  #literals: Map<string, SegmentTree> | undefined
  #exact: Route | undefined
  #prefix: Route | undefined

  /** @returns the route that was there for the same pattern; then nothing is added */
  add(path: PathPattern, route: Route): Route | undefined {
    const end = path.segments.reduce<SegmentTree>((node, segment) => node.#child(segment as string), this)
    return end.#keep(path.exact, route)
  }

  /**
   * The route for `path`, in normal form, from the slash at offset `at` on: the longest that takes it,
   * exact before prefix. `*` (the asterisk-form) has no segments: only what takes every path takes it.
   */
  find(path: string, at = 0): Route | undefined {
    if (at >= path.length) return this.#exact ?? this.#prefix
    if (path === '*') return this.#prefix
    const slash = path.indexOf('/', at + 1)
    const end = slash === -1 ? path.length : slash
    return this.#literals?.get(path.slice(at + 1, end))?.find(path, end) ?? this.#prefix
  }

  #keep(exact: boolean, route: Route): Route | undefined {
    const before = exact ? this.#exact : this.#prefix
    if (before !== undefined) return before
    if (exact) this.#exact = route
    else this.#prefix = route
    return undefined
  }

  #child(segment: string): SegmentTree {
    this.#literals ??= new Map()
    let child = this.#literals.get(segment)
    if (child === undefined) this.#literals.set(segment, (child = new SegmentTree()))
    return child
  }
}
