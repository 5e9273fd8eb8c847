import t from 'tap'
import { MomentRecorder } from '../../fixtures/gateway.js'
import { originsWith } from '../../fixtures/hop-room.js'
import { GatewayError } from '../../lib/core/errors.js'
import { OriginSharing } from '../../lib/hop/origin-sharing.js'
import type { Origin } from '../../lib/routes/route.js'

const error = new GatewayError('RESPONSE_MALFORMED')

t.test('each origin has its own links, until it has shown that it does not pipeline', (t) => {
  const recorder = new MomentRecorder()
  const sharing = new OriginSharing(recorder)
  const [one, two] = originsWith('', '') as [Origin, Origin]
  const links = sharing.to('one', one)
  t.ok(links)
  t.equal(sharing.to('one', one), links)
  t.not(sharing.to('two', two), links)
  links?.broken(error)
  links?.broken(error)
  t.equal(sharing.to('one', one), undefined)
  t.ok(sharing.to('two', two))
  t.strictSame(recorder.moments, ['pipelining to 127.0.0.1:1 stopped: RESPONSE_MALFORMED'])
  t.end()
})

t.test(
  'when the routes have been read again nothing is known, and what goes on from before tells nothing',
  (t) => {
    const recorder = new MomentRecorder()
    const sharing = new OriginSharing(recorder)
    const [one] = originsWith('') as [Origin]
    const before = sharing.to('one', one)
    sharing.beginAnew()
    const after = sharing.to('one', one)
    t.ok(after)
    t.not(after, before)
    before?.broken(error)
    t.equal(sharing.to('one', one), after)
    t.strictSame(recorder.moments, [])
    t.end()
  },
)
