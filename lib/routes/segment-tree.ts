import { Candidates } from './candidates.js'
import type { MatchKey } from './match-key.js'
import { ownText } from './own-text.js'
import type { AnySegment, PathPattern, Route } from './route.js'

/**
 * The routes of one host pattern by path: one node a segment, so that a look-up costs what the path is
 * long, however many routes there are, and goes no deeper than the routes do. Where a way ends in no
 * route that takes the request, the next best is walked; no node is entered twice.
 */
export class SegmentTree {
  readonly #parent: SegmentTree | undefined
  /** The one literal below it; most nodes have no other, and need no map. */
  #literal: string | undefined
  #only: SegmentTree | undefined
  #literals: Map<string, SegmentTree> | undefined
  #anySegment: SegmentTree | undefined
  #exact: Candidates | undefined
  #prefix: Candidates | undefined

  constructor(parent?: SegmentTree) {
    this.#parent = parent
  }

  /** @returns the route that takes the same already; the added one comes after it */
  add(path: PathPattern, route: Route): Route | undefined {
    const end = path.segments.reduce<SegmentTree>((node, segment) => node.#child(segment), this)
    return (path.exact ? (end.#exact ??= new Candidates()) : (end.#prefix ??= new Candidates())).add(route)
  }

  /**
   * The route for `path`, in normal form: segment by segment a literal before a wildcard before the end of
   * a prefix, exact before prefix. `*` (the asterisk-form) has no segments: only what takes every path
   * takes it.
   */
  find(path: string, key: MatchKey): Route | undefined {
    return path === '*' ? this.#prefix?.find(key) : SegmentTree.#walk(this, path, key)
  }

  static #walk(root: SegmentTree, path: string, key: MatchKey): Route | undefined {
    // A loop, for a path may be as deep as a request line is long. `from` is the child that led to nothing.
    let node: SegmentTree | undefined = root
    let from: SegmentTree | undefined
    let at = 0
    while (node !== undefined) {
      const end: number = node.#isLeaf() ? at : segmentEnd(path, at)
      const next: SegmentTree | undefined = end === at ? undefined : node.#next(path, at, end, from)
      const route = next === undefined ? node.#own(path, at, key) : undefined
      if (route !== undefined) return route
      from = next === undefined ? node : undefined
      at = next === undefined ? path.lastIndexOf('/', at - 1) : end
      node = next ?? node.#parent
    }
    return undefined
  }

  #isLeaf(): boolean {
    return this.#only === undefined && this.#literals === undefined && this.#anySegment === undefined
  }

  /** The best child, behind `from`, for the segment from the slash at `at` to `end`. */
  #next(path: string, at: number, end: number, from: SegmentTree | undefined): SegmentTree | undefined {
    const literal = from === undefined ? this.#literalFor(path, at + 1, end) : undefined
    if (literal !== undefined) return literal
    // A wildcard stands for something.
    return from === this.#anySegment || end === at + 1 ? undefined : this.#anySegment
  }

  #literalFor(path: string, start: number, end: number): SegmentTree | undefined {
    if (this.#literals !== undefined) return this.#literals.get(path.slice(start, end))
    const literal = this.#literal
    if (literal === undefined || literal.length !== end - start) return undefined
    return path.startsWith(literal, start) ? this.#only : undefined
  }

  /** The route that ends here, for a path of which the rest begins at `at`. */
  #own(path: string, at: number, key: MatchKey): Route | undefined {
    const exact = at === path.length ? this.#exact?.find(key) : undefined
    return exact ?? this.#prefix?.find(key)
  }

  #child(segment: string | AnySegment): SegmentTree {
    if (typeof segment !== 'string') return (this.#anySegment ??= new SegmentTree(this))
    return this.#literalChild(segment)
  }

  #literalChild(segment: string): SegmentTree {
    if (this.#only === undefined) {
      this.#literal = ownText(segment)
      return (this.#only = new SegmentTree(this))
    }
    if (this.#literal === segment) return this.#only
    this.#literals ??= new Map([[this.#literal as string, this.#only]])
    let child = this.#literals.get(segment)
    if (child === undefined) this.#literals.set(ownText(segment), (child = new SegmentTree(this)))
    return child
  }
}

function segmentEnd(path: string, at: number): number {
  const slash = path.indexOf('/', at + 1)
  return slash === -1 ? path.length : slash
}
