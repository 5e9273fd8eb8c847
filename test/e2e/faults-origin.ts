import t from 'tap'
import { checkFault, checkRest } from '../../fixtures/fault-matrix/fault-case.js'
import { askGood } from '../../fixtures/fault-matrix/good-request.js'
import { originFaults, type OriginFault } from '../../fixtures/fault-matrix/origin-faults.js'
import { OriginScene } from '../../fixtures/fault-matrix/origin-scene.js'
import { said, whole, type Outcome } from '../../fixtures/fault-matrix/outcomes.js'
import { requestKinds, type RequestKind } from '../../fixtures/fault-matrix/request-kinds.js'
import { holdings } from '../../fixtures/left-over.js'
import type { RawPeer } from '../../fixtures/peers/raw-peer.js'

/** On which connections the fault happens: the first ones, ones that were used before, those and all later ones. */
type Connections = 'fresh' | 'kept' | 'kept, and the next one'

/** Undefined where that is no case of its own. */
function outcomeOf(fault: OriginFault, kind: RequestKind, on: Connections): Outcome | undefined {
  const repeated = fault.silent === true && kind.repeated
  if (on === 'fresh') return fault.outcome(kind)
  if (on === 'kept') return repeated ? whole() : fault.outcome(kind)
  return repeated ? fault.outcome(kind) : undefined
}

for (const fault of originFaults) {
  for (const kind of requestKinds) {
    for (const on of ['fresh', 'kept', 'kept, and the next one'] as const) {
      const expected = outcomeOf(fault, kind, on)
      if (expected === undefined) continue
      const name = `an origin that ${fault.what}: ${kind.name}, ${on}: ${said(expected)}`
      t.test(name, async (t) => {
        const scene = await OriginScene.start(t, kind, fault)
        const client = await scene.gateway.connect()
        if (on !== 'fresh') await askGood(client)
        if (on === 'kept, and the next one') scene.faults = Infinity
        await checkFault(t, scene, client, kind, expected)
      })
    }
  }
}

/** The worst moment: the request and the end of the kept connection are both on their way. */
for (const [what, close] of [
  ['ends', (peer: RawPeer) => peer.end()],
  ['resets', (peer: RawPeer) => peer.reset()],
] as const) {
  for (const [when, first] of [
    ['just before', true],
    ['just after', false],
  ] as const) {
    for (const kind of requestKinds) {
      const outcome = kind.repeated ? '200' : '200 or 502'
      t.test(
        `an origin that ${what} an idle connection ${when} a ${kind.name} comes: ${outcome}`,
        async (t) => {
          const scene = await OriginScene.start(t, kind, {
            what,
            act: () => undefined,
            outcome: () => whole(),
          })
          const client = await scene.gateway.connect()
          await askGood(client)
          scene.mend()
          const before = holdings(scene.gateway.gateway)
          const kept = await scene.origins[0].peer()
          if (first) close(kept)
          client.send(kind.bytes)
          if (!first) close(kept)
          const answer = await client.until(() => client.received.includes('\r\n\r\n'))
          t.match(answer, kind.repeated ? /^HTTP\/1\.1 200 / : /^HTTP\/1\.1 (?:200|502) /)
          await checkRest(t, scene, before, client, false)
        },
      )
    }
  }
}
