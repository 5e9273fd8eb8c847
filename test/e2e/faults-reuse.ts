import t, { type Test } from 'tap'
import { checkFault, checkRest } from '../../fixtures/fault-matrix/fault-case.js'
import { askGood } from '../../fixtures/fault-matrix/good-request.js'
import { response, soon } from '../../fixtures/exchanges.js'
import { silentFaults, type OriginFault } from '../../fixtures/fault-matrix/origin-faults.js'
import { OriginScene } from '../../fixtures/fault-matrix/origin-scene.js'
import { said, whole } from '../../fixtures/fault-matrix/outcomes.js'
import { moreKinds, requestKinds, type RequestKind } from '../../fixtures/fault-matrix/request-kinds.js'
import { holdingsBefore } from '../../fixtures/left-over.js'
import type { RawPeer } from '../../fixtures/peers/raw-peer.js'

/** On which connection the origin breaks without a word, and whether the request may be sent again. */
interface Circumstances {
  readonly what: string
  readonly kept: boolean
  /** On how many connections it does, at most. */
  readonly faults: number
  readonly again: (kind: RequestKind) => boolean
  readonly options?: string
  readonly other?: boolean
}

const never = (): boolean => false
const repeated = (kind: RequestKind): boolean => kind.repeated

const circumstances: readonly Circumstances[] = [
  { what: 'a fresh connection', kept: false, faults: 1, again: never },
  { what: 'a kept connection', kept: true, faults: 1, again: repeated },
  { what: 'a kept connection and the next one', kept: true, faults: Infinity, again: repeated },
  { what: 'a kept connection, retry=off', kept: true, faults: 1, again: never, options: 'retry=off' },
  {
    what: 'a fresh connection where there is another origin',
    kept: false,
    faults: 1,
    again: ({ safe }) => safe,
    other: true,
  },
  {
    what: 'a fresh connection where there is another origin, retry=off',
    kept: false,
    faults: 1,
    again: never,
    other: true,
    options: 'retry=off',
  },
]

const kinds = [...requestKinds, ...moreKinds]

function check(fault: OriginFault, kind: RequestKind, on: Circumstances): void {
  const { what, kept, faults } = on
  const again = on.again(kind)
  const expected = again && faults === 1 ? whole() : fault.outcome(kind)
  t.test(`an origin that ${fault.what} ${what}: ${kind.name}: ${said(expected)}`, async (t) => {
    const scene = await OriginScene.start(t, kind, fault, on)
    const client = await scene.gateway.connect()
    if (kept) await askGood(client)
    scene.faults = faults
    await checkFault(t, scene, client, kind, expected)
    t.equal(scene.asked, again ? 2 : 1, 'how often it was sent')
  })
}

for (const fault of silentFaults) {
  for (const kind of kinds) {
    for (const on of circumstances) check(fault, kind, on)
  }
}

const closes: readonly (readonly [string, (peer: RawPeer) => void])[] = [
  ['ends', (peer) => peer.end()],
  ['resets', (peer) => peer.reset()],
  ['closes', (peer) => peer.destroy()],
]

/** The worst moment: the request and the end of the kept connection are both on their way. */
async function race(
  t: Test,
  kind: RequestKind,
  close: (peer: RawPeer) => void,
  first: boolean,
): Promise<void> {
  const scene = await OriginScene.start(t, kind, { act: () => undefined })
  const { gateway, recorder, connect } = scene.gateway
  const client = await connect()
  await askGood(client)
  scene.mend()
  const before = await holdingsBefore(gateway)
  const kept = await scene.origins[0]?.peer()
  if (first) close(kept as RawPeer)
  client.send(kind.bytes)
  if (!first) close(kept as RawPeer)
  await client.until(() => client.received.includes('\r\n\r\n'))
  const status = Number(client.received.split(' ')[1])
  await recorder.until(`exchange done ${status}`)
  const record = recorder.exchanges[1]
  t.equal(record?.status, status)
  if (kind.repeated) t.equal(status, 200)
  else t.ok(scene.asked <= 1, 'it is not sent again')
  if (status !== 200) t.match(record, { status: 502, error: { code: /^ORIGIN_(?:CLOSED|RESET)$/ } })
  t.equal(recorder.errors.length, status === 200 ? 0 : 1)
  await checkRest(t, scene, before, client, false)
}

for (const [what, close] of closes) {
  for (const first of [true, false]) {
    for (const kind of kinds) {
      const when = first ? 'just before' : 'just after'
      const outcome = kind.repeated ? '200' : '200 or 502'
      t.test(`an origin that ${what} an idle connection ${when} a ${kind.name} comes: ${outcome}`, (t) =>
        race(t, kind, close, first),
      )
    }
  }
}

for (const kind of kinds) {
  t.test(`what an origin says over an idle connection is no answer to a ${kind.name}`, async (t) => {
    const scene = await OriginScene.start(t, kind, { act: () => undefined })
    scene.mend()
    const client = await scene.gateway.connect()
    await askGood(client)
    const kept = (await scene.origins[0]?.peer()) as RawPeer
    kept.send(response('nobody asked', '408 Request Timeout', 'Connection: close'))
    await soon(() => kept.ended)
    t.equal(kept.ended, true, 'the connection is not kept')
    kept.destroy()
    await checkFault(t, scene, client, kind, whole())
    t.equal(scene.asked, 1)
  })
}
