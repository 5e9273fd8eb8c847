import type { UpstreamLink } from './upstream-link.js'

/** An origin, as whoever asks is told of it. */
export interface OriginStanding {
  /** As the routes name it. */
  readonly origin: string
  /** Kept connections that nobody uses. */
  readonly idle: number
  /** Connections in use. */
  readonly busy: number
  /** How long it is left out because it could not be reached, in milliseconds; 0: it is not. */
  readonly leftOutMs: number
}

/**
 * The origins that there are connections to, or that are left out, by name.
 * @param leftOut for how many milliseconds, by the names of origins
 */
export function originStandings(
  open: Iterable<UpstreamLink>,
  idle: Iterable<UpstreamLink>,
  leftOut: ReadonlyMap<string, number>,
): OriginStanding[] {
  const [opened, kept] = [countByOrigin(open), countByOrigin(idle)]
  const names = new Set([...opened.keys(), ...leftOut.keys()])
  return [...names].sort().map((origin) => {
    const idle = kept.get(origin) ?? 0
    return {
      origin,
      idle,
      busy: (opened.get(origin) ?? 0) - idle,
      leftOutMs: leftOut.get(origin) ?? 0,
    }
  })
}

function countByOrigin(links: Iterable<UpstreamLink>): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { origin } of links) counts.set(origin, (counts.get(origin) ?? 0) + 1)
  return counts
}
