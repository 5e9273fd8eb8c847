import t, { type Test } from 'tap'
import {
  clientMoments,
  type ClientFault,
  type ClientMoment,
  type ClientOutcome,
} from '../../fixtures/fault-matrix/client-moments.js'
import { ClientScene } from '../../fixtures/fault-matrix/client-scene.js'
import { checkRest } from '../../fixtures/fault-matrix/fault-case.js'
import { sendOn } from '../../fixtures/fault-matrix/origin-moves.js'
import { soon } from '../../fixtures/exchanges.js'
import { holdingsBefore } from '../../fixtures/left-over.js'
import { DeafOrigin } from '../../fixtures/peers/deaf-origin.js'
import type { Limits } from '../../lib/core/limits.js'

const deaf = await DeafOrigin.start()
t.teardown(() => deaf.close())

interface Fault {
  readonly limits: Partial<Limits>
  /** @returns when the gateway has ended the connection of the client, or answers it to the end */
  readonly act: (scene: ClientScene, moment: ClientMoment) => Promise<unknown>
}

/** What is done to the client's end of the connection, and what follows. */
const abandons = (how: 'reset' | 'destroy', limits: Partial<Limits>): Fault => ({
  limits,
  act: async (scene, moment) => {
    scene.client[how]()
    await moment.afterwards?.(scene)
    await scene.gateway.recorder.until('connection ended')
  },
})

/** The waits are long enough for the client to come to its moment, and longer than a tick of the clock. */
const faults: Readonly<Record<ClientFault, Fault>> = {
  resets: abandons('reset', {}),
  leaves: abandons('destroy', { halfCloseGraceMs: 20 }),
  'half-closes': {
    limits: { halfCloseGraceMs: 600_000 },
    act: async (scene, moment) => {
      scene.client.end()
      await moment.finish?.(scene)
      await scene.client.untilEnd()
    },
  },
  dribbles: {
    // So much a second that no client keeps up with it that sends byte by byte; and the wait is longer than a tick
    // of the clock: else it would make no difference if each byte put it off.
    limits: {
      headTimeoutMs: 400,
      bodyTimeoutMs: 400,
      minBodyBytesPerSecond: 1_000_000_000,
      maxHeadBytes: 1_000_000,
      maxRequestLineBytes: 1_000_000,
      lingerTimeoutMs: 20,
    },
    act: ({ client }) => sendOn(client, '', 'x'),
  },
  'falls silent': {
    limits: {
      idleTimeoutMs: 1_000,
      headTimeoutMs: 400,
      bodyTimeoutMs: 400,
      stallTimeoutMs: 400,
      lingerTimeoutMs: 400,
      tunnelTimeoutMs: 400,
    },
    act: async ({ client, gateway }) => {
      await gateway.recorder.until('connection ended')
      client.socket.resume()
      await client.untilEnd()
    },
  },
}

async function check(
  t: Test,
  moment: ClientMoment,
  fault: ClientFault,
  expected: ClientOutcome,
): Promise<void> {
  const { limits, act } = faults[fault]
  const scene = await ClientScene.start(t, deaf.port, limits)
  const { client, lookups } = scene
  const { gateway, recorder } = scene.gateway
  await recorder.until('connection started')
  const before = await holdingsBefore(gateway)
  await moment.reach(scene)
  await act(scene, moment)
  scene.mend()
  if (fault !== 'resets' && fault !== 'leaves') t.match(client.received, answerOf(expected))
  await checkRest(t, scene, before, client, false)
  lookups.answer()
  await soon(() => gateway.census.lookups === 0)
  t.match(gateway.census, { lookups: 0, dials: 0 }, 'a look-up outlives its client, but nobody dials for it')
  t.same(
    recorder.errors.map(({ code }) => code),
    expected.code === undefined ? [] : [expected.code],
  )
  const records = recorder.exchanges.filter(({ path }) => !/\/(?:good|other)$/.test(path))
  t.same(
    records.map(({ status, error }) => [status, error?.code]),
    expected.status === undefined ? [] : [[expected.status, expected.code]],
    'one record, where a request had begun',
  )
}

/** What the client has got. */
function answerOf({ status }: ClientOutcome): RegExp {
  return status === undefined ? /^$/ : new RegExp(`^HTTP/1\\.1 ${status} `)
}

function said({ status, code }: ClientOutcome): string {
  return [status ?? 'no exchange', ...(code === undefined ? [] : [code])].join(' ')
}

for (const moment of clientMoments) {
  for (const [fault, expected] of Object.entries(moment.outcomes) as [ClientFault, ClientOutcome][]) {
    t.test(`a client that ${fault} ${moment.what}: ${said(expected)}`, (t) =>
      check(t, moment, fault, expected),
    )
  }
}
