import t from 'tap'
import { Sending } from '../../fixtures/exchanges.js'
import { checkFault } from '../../fixtures/fault-matrix/fault-case.js'
import { originFaults, unreadFaults, type OriginFault } from '../../fixtures/fault-matrix/origin-faults.js'
import { untilStuck } from '../../fixtures/fault-matrix/origin-moves.js'
import { checkOrigin, OriginScene } from '../../fixtures/fault-matrix/origin-scene.js'
import { said } from '../../fixtures/fault-matrix/outcomes.js'
import { requestKinds, unreadUpload } from '../../fixtures/fault-matrix/request-kinds.js'
import type { RawPeer } from '../../fixtures/peers/raw-peer.js'

/** Inside an upload that is stuck by then, on all of its way. */
function checkUnread(fault: OriginFault): void {
  const expected = fault.outcome(unreadUpload)
  t.test(`an origin that ${fault.what} inside an upload: ${said(expected)}`, async (t) => {
    let now: () => void = () => undefined
    const stuck = new Promise<void>((resolve) => (now = resolve))
    const act = (peer: RawPeer): Promise<unknown> => stuck.then(() => fault.act(peer))
    const options = fault.options?.(unreadUpload) ?? ''
    const scene = await OriginScene.start(t, unreadUpload, { act }, { options })
    const client = await scene.gateway.connect()
    await checkFault(t, scene, client, unreadUpload, expected, async (bytes) => {
      await untilStuck(new Sending(client, Buffer.from(bytes)))
      now()
    })
  })
}

for (const fault of originFaults) {
  for (const kind of requestKinds) {
    checkOrigin(fault, kind, false)
    checkOrigin(fault, kind, true)
  }
}
for (const fault of unreadFaults) checkUnread(fault)
