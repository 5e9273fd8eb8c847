import t from 'tap'
import { sharedByLinks } from '../../fixtures/held-writes.js'
import { stillClock } from '../../fixtures/hop-room.js'
import type { LinkName, LinkSurroundings } from '../../lib/hop/link-surroundings.js'
import type { UpstreamLink } from '../../lib/hop/upstream-link.js'
import { IdlePool } from '../../lib/upstream/idle-pool.js'

t.test('links of a router have one pool, one clock and the same limits', (t) => {
  const clock = stillClock()
  const pool = new IdlePool<UpstreamLink>(clock, { maxPerKey: 1, maxTotal: 1 })
  const name: LinkName = { key: 'key', origin: 'a:1' }
  const shared: LinkSurroundings<UpstreamLink> = sharedByLinks(pool, clock)
  t.equal(shared.pool, pool)
  t.equal(shared.clock, clock)
  t.equal(shared.limits.pipelineTimeoutMs, 1_000)
  t.equal(shared.pool.count(name.key), 0)
  t.end()
})
