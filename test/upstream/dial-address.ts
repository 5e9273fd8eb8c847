import t from 'tap'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import type { DialAddress } from '../../lib/upstream/dial-address.js'
import { Dialler } from '../../lib/upstream/dial.js'
import { NameLookup } from '../../lib/upstream/name-lookup.js'

t.test('host and port are all that a dial over TCP needs to be told', async (t) => {
  const origin = await RawOrigin.start()
  t.teardown(() => origin.close())
  const to: DialAddress = { host: '127.0.0.1', port: origin.port }
  const destination = await new Dialler(new NameLookup(1_000)).dial(to, 5_000).connected
  t.ok(destination.alive)
  destination.destroy()
})
