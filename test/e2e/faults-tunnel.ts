import t from 'tap'
import { ClientScene } from '../../fixtures/fault-matrix/client-scene.js'
import { checkRest } from '../../fixtures/fault-matrix/fault-case.js'
import { askGood } from '../../fixtures/fault-matrix/good-request.js'
import { tunnelFaults, upgrade } from '../../fixtures/fault-matrix/tunnel-faults.js'
import { holdingsBefore } from '../../fixtures/left-over.js'

/** Nobody is dialled there. */
const noPort = 9

for (const { what, act, code, limits = {} } of tunnelFaults) {
  for (const kept of [false, true]) {
    const on = kept ? 'kept' : 'fresh'
    t.test(`an origin that ${what}: a tunnel, ${on}: 101 ${code ?? ''}`, async (t) => {
      const scene = await ClientScene.start(t, noPort, limits)
      const { client } = scene
      const { gateway, recorder } = scene.gateway
      await recorder.until('connection started')
      const before = await holdingsBefore(gateway)
      if (kept) await askGood(client)
      client.send(upgrade)
      const origin = await scene.taken()
      await act(origin, client)
      await recorder.until('exchange done 101')
      await client.untilEnd()
      t.match(client.received, /^HTTP\/1\.1 101 /)
      origin.socket.resume()
      await checkRest(t, scene, before, client, false)
      t.same(
        recorder.errors.map((error) => error.code),
        code === undefined ? [] : [code],
      )
      const records = recorder.exchanges.filter(({ path }) => path === '/fault')
      t.same(
        records.map(({ status, error }) => [status, error?.code]),
        [[101, code]],
        'one record',
      )
    })
  }
}
