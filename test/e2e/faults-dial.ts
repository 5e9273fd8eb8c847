import t, { type Test } from 'tap'
import { dialFaults, type DialFault } from '../../fixtures/fault-matrix/dial-faults.js'
import { checkFault, type FaultScene } from '../../fixtures/fault-matrix/fault-case.js'
import { askGood } from '../../fixtures/fault-matrix/good-request.js'
import { said } from '../../fixtures/fault-matrix/outcomes.js'
import { requestKinds } from '../../fixtures/fault-matrix/request-kinds.js'
import { soon } from '../../fixtures/exchanges.js'
import { startGateway } from '../../fixtures/gateway.js'
import { HeldLookups } from '../../fixtures/held-lookups.js'
import { namedOrigin } from '../../fixtures/named-origins.js'
import { DeafOrigin } from '../../fixtures/peers/deaf-origin.js'

/** A gateway with a good origin, and one at which `fault` is wrong behind `/fault`. */
async function start(t: Test, fault: DialFault): Promise<FaultScene> {
  const good = await namedOrigin(t, 'good')
  const { address, origin } = await fault.start(t)
  const connect = fault.outcome.code === 'ORIGIN_CONNECT_TIMEOUT' ? 'connect=20ms' : ''
  const routes = `a.test/fault -> ${address} ${connect}\n* -> 127.0.0.1:${good.port}`
  const gateway = await startGateway(t, routes)
  return { gateway, origins: [good.origin, ...(origin === undefined ? [] : [origin])], mend: () => undefined }
}

const deaf = await DeafOrigin.start()
t.teardown(() => deaf.close())

for (const fault of dialFaults(deaf.port)) {
  for (const kind of requestKinds) {
    for (const on of ['fresh', 'kept'] as const) {
      const name = `an origin that ${fault.what}: ${kind.name}, ${on}: ${said(fault.outcome)}`
      t.test(name, async (t) => {
        const lookups = new HeldLookups(t)
        const scene = await start(t, fault)
        const { gateway, connect } = scene.gateway
        const client = await connect()
        if (on === 'kept') await askGood(client)
        await checkFault(t, scene, client, kind, fault.outcome, async (bytes) => {
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
