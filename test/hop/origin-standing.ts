import t from 'tap'
import { originStandings } from '../../lib/hop/origin-standing.js'
import type { UpstreamLink } from '../../lib/hop/upstream-link.js'

const links = (...origins: string[]): UpstreamLink[] => origins.map((origin) => ({ origin }) as UpstreamLink)

t.test('connections are counted by origin, in use and not, beside those that are left out', (t) => {
  const standings = originStandings(
    links('b', 'a', 'b', 'b'),
    links('b', 'b'),
    new Map([
      ['c', 500],
      ['a', 20],
    ]),
  )
  t.strictSame(standings, [
    { origin: 'a', idle: 0, busy: 1, leftOutMs: 20 },
    { origin: 'b', idle: 2, busy: 1, leftOutMs: 0 },
    { origin: 'c', idle: 0, busy: 0, leftOutMs: 500 },
  ])
  t.strictSame(originStandings([], [], new Map()), [])
  t.end()
})
