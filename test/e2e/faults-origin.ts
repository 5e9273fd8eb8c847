import t from 'tap'
import { Sending } from '../../fixtures/exchanges.js'
import { checkFault } from '../../fixtures/fault-matrix/fault-case.js'
import { askGood } from '../../fixtures/fault-matrix/good-request.js'
import { originFaults, unreadFaults, type OriginFault } from '../../fixtures/fault-matrix/origin-faults.js'
import { untilStuck } from '../../fixtures/fault-matrix/origin-moves.js'
import { OriginScene } from '../../fixtures/fault-matrix/origin-scene.js'
import { said } from '../../fixtures/fault-matrix/outcomes.js'
import { requestKinds, unreadUpload, type RequestKind } from '../../fixtures/fault-matrix/request-kinds.js'
import type { RawPeer } from '../../fixtures/peers/raw-peer.js'

/** @param kept whether the connection to the origin has been used before */
function check(fault: OriginFault, kind: RequestKind, kept: boolean): void {
  const expected = fault.outcome(kind)
  const on = kept ? 'kept' : 'fresh'
  t.test(`an origin that ${fault.what}: ${kind.name}, ${on}: ${said(expected)}`, async (t) => {
    const scene = await OriginScene.start(t, kind, fault)
    const client = await scene.gateway.connect()
    if (kept) await askGood(client)
    await checkFault(t, scene, client, kind, expected)
    t.equal(scene.asked, 1, 'the origin was asked once')
  })
}

/** The same with an upload that is stuck by then, on all of its way. */
function checkUnread(fault: OriginFault): void {
  const expected = fault.outcome(unreadUpload)
  t.test(`an origin that ${fault.what} inside an upload: ${said(expected)}`, async (t) => {
    let now: () => void = () => undefined
    const stuck = new Promise<void>((resolve) => (now = resolve))
    const act = (peer: RawPeer): Promise<unknown> => stuck.then(() => fault.act(peer))
    const scene = await OriginScene.start(t, unreadUpload, { act })
    const client = await scene.gateway.connect()
    await checkFault(t, scene, client, unreadUpload, expected, async (bytes) => {
      await untilStuck(new Sending(client, Buffer.from(bytes)))
      now()
    })
  })
}

for (const fault of originFaults) {
  for (const kind of requestKinds) {
    check(fault, kind, false)
    check(fault, kind, true)
  }
}
for (const fault of unreadFaults) checkUnread(fault)
