import { isKnownMethod } from './methods.js'

/** What the first line of a request tells whose head could not be taken: for the log, and for how it is answered. */
export interface RefusedLine {
  /** A method that is known; '' if the line has none. */
  readonly method: string
  /** The path without its query, cut where it is long; '' if the target is none. */
  readonly path: string
}

/** Paths are shown so far. */
const maxPathLength = 1_024

/** @param text the beginning of the head as latin1 text, perhaps with the empty line before it, or the rest of that */
export function refusedLine(text: string): RefusedLine {
  const [, method = '', path = ''] = /^(?:\r?\n)?([A-Z-]{3,20}) (\/[!->@-~]*)?/.exec(text) ?? []
  return isKnownMethod(method) ? { method, path: path.slice(0, maxPathLength) } : { method: '', path: '' }
}
