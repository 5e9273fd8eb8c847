import type { Compiled } from './compilation.js'
import type { Mistake } from './mistake.js'
import type { Route } from './route.js'

/** The ports that will be listened on, 0 for a unix socket; undefined where they are not known yet. */
export type ListenedPorts = readonly number[] | undefined

/** Finds one kind of oddity in routes that do as they say. */
export type Lint = (compiled: Compiled, ports: ListenedPorts) => readonly Mistake[]

/** Something odd about the whole of `route`, at the place of its match. */
export function warningAbout(route: Route, message: string, help: string): Mistake {
  return { severity: 'warning', place: route.place, lineText: route.lineText ?? '', message, help }
}

/** Where `route` stands: `routes.txt:7`. */
export function lineOf({ place: { file, line } }: Route): string {
  return `${file}:${line}`
}
