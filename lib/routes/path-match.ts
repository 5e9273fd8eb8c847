import { normalPath } from './normal-path.js'
import type { AnySegment, PathPattern } from './route.js'

/** The segments of a request's path, in normal form; none for the asterisk-form. */
export function pathSegments(path: string): readonly string[] {
  return normalPath(path).split('/').slice(1)
}

/** How many segments from the left `pattern` has in common with those of a path. A wildcard stands for something. */
export function commonSegments(pattern: PathPattern, segments: readonly string[]): number {
  const differs = (one: string | AnySegment, i: number): boolean =>
    typeof one === 'string' ? one !== segments[i] : (segments[i] ?? '') === ''
  const end = pattern.segments.findIndex(differs)
  return end === -1 ? pattern.segments.length : end
}

/** Whether `pattern` takes the path that has these segments. */
export function takesPath(pattern: PathPattern, segments: readonly string[]): boolean {
  if (commonSegments(pattern, segments) < pattern.segments.length) return false
  return !pattern.exact || segments.length === pattern.segments.length
}

/** The segment as it is written: `api`, `*`, `:id`. */
export function segmentText(segment: string | AnySegment): string {
  if (typeof segment === 'string') return segment
  return segment.capture === undefined ? '*' : `:${segment.capture}`
}

/** The pattern as it is written, without the `$` of an exact one; `/` if it has no segments. */
export function pathText({ segments }: PathPattern): string {
  return `/${segments.map(segmentText).join('/')}`
}
