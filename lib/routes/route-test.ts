import type { MatchKey } from './match-key.js'
import type { Place } from './mistake.js'

/** Where a request is to go: to a route by name, or to an answer that the gateway gives itself. */
export type Expectation =
  | { readonly kind: 'route'; readonly name: string }
  /** `location`: what a redirect has to lead to; undefined if that is left open. */
  | { readonly kind: 'answer'; readonly status: number; readonly location: string | undefined }

/** A test of a routes file: `? METHOD url [header:Name=value…] => name`, or `=> code [url]`. */
export interface RouteTest {
  readonly key: MatchKey & { readonly method: string }
  /** Method, URL and fields as they are written. */
  readonly request: string
  readonly expected: Expectation
  /** Of the URL. */
  readonly urlPlace: Place
  /** Of what is expected. */
  readonly place: Place
  readonly lineText: string
}
