import t from 'tap'
import { GatewayError } from '../../lib/core/errors.js'
import { SharedLinks } from '../../lib/hop/shared-links.js'
import type { UpstreamLink } from '../../lib/hop/upstream-link.js'

/** Links with room for so many more, or none. */
function links(...room: boolean[]): (UpstreamLink & { room: boolean })[] {
  return room.map((has) => {
    const link = { room: has, takesMore: () => link.room }
    return link as unknown as UpstreamLink & { room: boolean }
  })
}

function shared(): { all: SharedLinks; told: string[] } {
  const told: string[] = []
  return { all: new SharedLinks(({ code }) => told.push(code)), told }
}

t.test('the first link with room takes the next request, and those behind it as long as it has', (t) => {
  const { all } = shared()
  t.equal(all.free(4), undefined)
  const [full, one, two] = links(false, true, true)
  for (const link of [full, one, two]) all.add(link as UpstreamLink)
  t.equal(all.free(4), one)
  Object.assign(full as object, { room: true })
  t.equal(all.free(4), one, 'one connection is used up first')
  Object.assign(one as object, { room: false })
  t.equal(all.free(4), full)
  all.remove(full as UpstreamLink)
  t.equal(all.free(4), two)
  all.remove(two as UpstreamLink)
  all.remove(two as UpstreamLink)
  t.equal(all.free(4), undefined)
  t.end()
})

const closed = new GatewayError('ORIGIN_CLOSED')

for (const [what, act, stopped] of [
  ['does not keep to the protocol', (all: SharedLinks) => all.broken(closed), true],
  ['has never pipelined and closes', (all: SharedLinks) => all.failed(closed), true],
  ['has never pipelined and is late', (all: SharedLinks) => all.late(closed), true],
  ['closes after 99 answers', (all: SharedLinks) => all.ended(closed, 99), true],
  ['closes after 100 answers', (all: SharedLinks) => all.ended(closed, 100), false],
  [
    'has pipelined and closes twice, and again after an answer',
    (all: SharedLinks) => {
      for (const _ of [1, 2]) {
        all.answered()
        all.failed(closed)
        all.failed(closed)
      }
    },
    false,
  ],
  [
    'has pipelined and closes three times in a row',
    (all: SharedLinks) => {
      all.answered()
      for (const _ of [1, 2, 3]) all.failed(closed)
    },
    true,
  ],
  [
    'has pipelined and is late ten times',
    (all: SharedLinks) => {
      all.answered()
      for (let i = 0; i < 10; i++) all.late(closed)
    },
    false,
  ],
] as const) {
  t.test(`an origin that ${what} ${stopped ? 'gets no more of it' : 'is pipelined to further on'}`, (t) => {
    const { all, told } = shared()
    act(all)
    t.equal(all.stopped, stopped)
    all.broken(new GatewayError('RESPONSE_MALFORMED'))
    t.strictSame(told, [stopped ? 'ORIGIN_CLOSED' : 'RESPONSE_MALFORMED'], 'it is told once')
    t.end()
  })
}
