import t, { type Test } from 'tap'
import { dialFaults, type DialFault } from '../../fixtures/fault-matrix/dial-faults.js'
import { checkFault, type FaultScene } from '../../fixtures/fault-matrix/fault-case.js'
import { askGood } from '../../fixtures/fault-matrix/good-request.js'
import { takeRequest } from '../../fixtures/fault-matrix/origin-scene.js'
import { said, whole, type Outcome } from '../../fixtures/fault-matrix/outcomes.js'
import { requestKinds, type RequestKind } from '../../fixtures/fault-matrix/request-kinds.js'
import { response, soon } from '../../fixtures/exchanges.js'
import { startGateway } from '../../fixtures/gateway.js'
import { HeldLookups } from '../../fixtures/held-lookups.js'
import { originUntilEnd } from '../../fixtures/named-origins.js'
import { DeafOrigin } from '../../fixtures/peers/deaf-origin.js'

/** How the client comes, and whether the route has another origin, with which nothing is wrong. */
type Circumstance = 'fresh client' | 'kept client' | 'beside another origin'

/** A gateway with a good origin, and one at which `fault` is wrong behind `/fault`. */
async function start(t: Test, fault: DialFault, kind: RequestKind, on: Circumstance): Promise<FaultScene> {
  const good = await originUntilEnd(t, async (peer) => {
    for (;;) {
      await takeRequest(peer, kind)
      peer.send(response('good'))
    }
  })
  const { address, origin } = await fault.start(t)
  const backup = on === 'beside another origin' ? `-> 127.0.0.1:${good.port} backup` : ''
  // It is that of the other origin too, which should be reached however slowly the test goes.
  const connectMs = on === 'beside another origin' ? 250 : 20
  const connect = fault.outcome.code === 'ORIGIN_CONNECT_TIMEOUT' ? `connect=${connectMs}ms` : ''
  const routes = `a.test/fault -> ${address} ${backup} ${connect}\n* -> 127.0.0.1:${good.port}`
  const gateway = await startGateway(t, routes)
  return { gateway, origins: [good, ...(origin === undefined ? [] : [origin])], mend: () => undefined }
}

/** Another origin is asked where no byte has been sent to the first, or where that does no harm. */
function outcomeOf({ outcome }: DialFault, { safe }: RequestKind, on: Circumstance): Outcome {
  const sent = outcome.code === 'ORIGIN_RESET' || outcome.code === 'ORIGIN_CLOSED'
  return on === 'beside another origin' && (safe || !sent) ? whole() : outcome
}

const deaf = await DeafOrigin.start()
t.teardown(() => deaf.close())

for (const fault of dialFaults(deaf.port)) {
  for (const kind of requestKinds) {
    for (const on of ['fresh client', 'kept client', 'beside another origin'] as const) {
      const expected = outcomeOf(fault, kind, on)
      const name = `an origin that ${fault.what}: ${kind.name}, ${on}: ${said(expected)}`
      t.test(name, async (t) => {
        const lookups = new HeldLookups(t)
        const scene = await start(t, fault, kind, on)
        const { gateway, connect } = scene.gateway
        const client = await connect()
        if (on === 'kept client') await askGood(client)
        await checkFault(t, scene, client, kind, expected, async (bytes) => {
          client.send(bytes)
          if (fault.resolve === undefined) return
          await lookups.asked()
          fault.resolve(lookups)
        })
        const look = (): number[] => [gateway.census.lookups, gateway.census.dials]
        lookups.answer()
        await soon(() => look()[0] === 0)
        t.same(look(), [0, 0], 'a look-up may outlive who asked, but nobody dials for it')
      })
    }
  }
}
