import { hostPatternText } from './host-pattern.js'
import { segmentText } from './path-match.js'
import { decide, decidingSegment, type PrecedenceRule, type RankedRoute } from './precedence.js'

/** Why one of two routes that both take a request is asked first. */
export interface PrecedenceReason {
  readonly rule: PrecedenceRule
  /** A sentence about the one that goes first, as `it`: `it names the host a.test`. */
  readonly because: string
}

/** Why `first` goes before `second`. */
export function precedenceReason(first: RankedRoute, second: RankedRoute): PrecedenceReason {
  const { rule } = decide(first, second)
  return { rule, because: sentences[rule](first, second) }
}

const sentences: Readonly<Record<PrecedenceRule, (first: RankedRoute, second: RankedRoute) => string>> = {
  host: hostSentence,
  port: ({ host }) => `it is bound to port ${host?.listenerPort ?? 0}`,
  path: pathSentence,
  method: ({ methodRank, route }) => {
    return methodRank === 2 ? 'it takes HEAD as GET' : `it names ${route.methods.join(', ')}`
  },
  header: ({ headers }, other) => `it has more conditions on fields, ${headers} against ${other.headers}`,
  query: ({ queries }, other) => `it has more conditions on the query, ${queries} against ${other.queries}`,
  place: () => 'it stands earlier',
}

function hostSentence({ host }: RankedRoute, second: RankedRoute): string {
  const name = host === undefined ? 'no host' : hostPatternText(host)
  if (host?.kind === 'wildcard' && second.host?.kind === 'wildcard') return `its wildcard ${name} is longer`
  return host?.kind === 'wildcard' ? `it takes ${name} alone, this one any host` : `it names the host ${name}`
}

function pathSentence({ route: { path } }: RankedRoute, { route: { path: other } }: RankedRoute): string {
  const at = decidingSegment(path, other)
  const segment = path.segments[at]
  const instead = other.segments[at]
  if (segment === undefined) return 'its path is exact'
  const own = `/${segmentText(segment)}`
  if (instead === undefined) return `its path goes on with ${own}`
  return `its path has ${own} where this one has /${segmentText(instead)}`
}
