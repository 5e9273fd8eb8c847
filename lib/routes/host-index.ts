import type { HostPattern, Route } from './route.js'

/** RFC 1035 section 2.3.4: a longer host is none. */
const maxHostLength = 253
/** So many are looked at for one question; who has more gets a vaguer answer. */
const maxLooked = 1_000
const none: readonly Route[] = []

/** The routes by the hosts that they are written with, for those who look for one that came near. */
export class HostIndex {
  readonly #byHost = new Map<string, Route[]>()

  constructor(routes: readonly Route[]) {
    for (const route of routes) for (const host of route.hosts) this.#add(hostText(host), route)
  }

  /** The hosts as they are written, such as `a.test` and `*.b.test`, without `*`; 1000 at most. */
  get names(): readonly string[] {
    const names: string[] = []
    for (const name of this.#byHost.keys()) {
      if (name !== '*' && names.push(name) === maxLooked) break
    }
    return names
  }

  /** The routes that are written with the host `name`, `*` for any; 1000 at most. */
  routesAt(name: string): readonly Route[] {
    return this.#byHost.get(name) ?? none
  }

  /** The routes of which a host takes `host` by name or wildcard, the more specific ones first; 1000 at most. */
  routesFor(host: string): readonly Route[] {
    if (host.length > maxHostLength) return none
    const found = [...this.routesAt(host)]
    for (let dot = host.indexOf('.', 1); dot !== -1; dot = host.indexOf('.', dot + 1)) {
      if (found.length < maxLooked) found.push(...this.routesAt(`*${host.slice(dot)}`))
    }
    return found.slice(0, maxLooked)
  }

  #add(name: string, route: Route): void {
    const routes = this.#byHost.get(name)
    if (routes === undefined) this.#byHost.set(name, [route])
    else if (routes.length < maxLooked && routes.at(-1) !== route) routes.push(route)
  }
}

function hostText(host: HostPattern): string {
  if (host.kind === 'any') return '*'
  return host.kind === 'exact' ? host.name : `*${host.suffix}`
}
