import type { HostPattern, Route } from '../routes/route.js'
import { RoutesLoader, type RoutesArguments } from './routes-sources.js'

/**
 * What `explain` may be asked about: the names of the routes, and for each host of a route a URL that leads there.
 * Mistakes in the routes are none of ours.
 */
export function explainedRequests(given: RoutesArguments, environment: NodeJS.ProcessEnv): readonly string[] {
  const { routes } = new RoutesLoader(given, environment).compile()
  const names = routes.map(({ name }) => name).filter(isShown)
  return [...new Set([...names, ...routes.flatMap(urlsOf)])]
}

/** Control characters would do something as they are typed, or hide what is there; an option is no name. */
function isShown(name: string): boolean {
  return !/[\p{C}\p{Zl}\p{Zp}]/u.test(name) && !name.startsWith('-')
}

/** Something stands where any host and any segment will do. */
function urlsOf({ hosts, path }: Route): readonly string[] {
  const segments = path.segments.map((one) => (typeof one === 'string' ? one : (one.capture ?? 'x')))
  return hosts.map((host) => `http://${hostOf(host)}/${segments.join('/')}`)
}

function hostOf(pattern: HostPattern): string {
  const port = pattern.listenerPort === undefined ? '' : `:${pattern.listenerPort}`
  if (pattern.kind === 'any') return `localhost${port}`
  return `${pattern.kind === 'exact' ? pattern.name : `x${pattern.suffix}`}${port}`
}
