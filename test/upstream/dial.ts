import t, { type Test } from 'tap'
import { HeldTimers } from '../../fixtures/held-timers.js'
import { openSockets, untilOpenSockets } from '../../fixtures/open-sockets.js'
import { AddressOrigin, refusingPort } from '../../fixtures/peers/address-origin.js'
import { DeafOrigin } from '../../fixtures/peers/deaf-origin.js'
import { GatewayError } from '../../lib/core/errors.js'
import { Outbox } from '../../lib/message/outbox.js'
import type { Destination } from '../../lib/upstream/destination.js'
import { Dialler, type Dial, type DialAddress } from '../../lib/upstream/dial.js'
import { NameLookup, type Address } from '../../lib/upstream/name-lookup.js'

const timeoutMs = 5_000

const v4 = (address: string): Address => ({ address, family: 4 })

/** A dialler for which `name` resolves to `addresses`; without addresses to nothing, ever. */
function diallerFor(addresses?: readonly Address[]): Dialler {
  return new Dialler(
    new NameLookup(timeoutMs, (_name, done) => {
      if (addresses !== undefined) setImmediate(done, null, [...addresses])
    }),
  )
}

/** Begins a dial that is over at the end of the test. */
function begin(t: Test, to: DialAddress, dialler: Dialler, ms = timeoutMs): Dial {
  const dial = dialler.dial(to, ms)
  t.teardown(() => {
    dial.abort(new GatewayError('DRAINED'))
    return dial.connected.then(
      (destination) => destination.destroy(),
      () => undefined,
    )
  })
  return dial
}

/** Waits for the dial and says hello, so that the origin reached knows. */
async function hello(dial: Dial): Promise<Destination> {
  const destination = await dial.connected
  const out = new Outbox()
  out.text('hello')
  destination.flush(out)
  return destination
}

async function deafOrigin(t: Test): Promise<DeafOrigin> {
  const deaf = await DeafOrigin.start()
  t.teardown(() => deaf.close())
  return deaf
}

for (const [host, listening] of [
  ['127.0.0.1', '127.0.0.1'],
  ['::1', '::1'],
  ['[::1]', '::1'],
  ['localhost', '::1'],
  ['localhost', '127.0.0.1'],
  ['name', '127.0.0.1'],
] as const) {
  t.test(`${host} reaches an origin that listens on ${listening}`, async (t) => {
    const timers = new HeldTimers(t)
    const origin = await AddressOrigin.start(t, listening)
    const dialler = diallerFor([v4('127.0.0.1')])
    const dial = begin(t, { host, port: origin.port }, dialler)
    const destination = await hello(dial)
    t.equal(destination.alive, true)
    t.strictSame(timers.waits, [], 'no timer is left over')
    t.equal(await origin.connections(), 1)
    await origin.peers[0]?.untilText('hello')
  })
}

for (const host of ['127.0.0.1', 'localhost', 'name']) {
  t.test(`an origin at ${host} that refuses is ORIGIN_REFUSED`, async (t) => {
    const port = await refusingPort(t)
    const timers = new HeldTimers(t)
    const dial = begin(t, { host, port }, diallerFor([v4('127.0.0.1')]))
    await t.rejects(dial.connected, {
      code: 'ORIGIN_REFUSED',
      detail: 'ECONNREFUSED',
      cause: { code: 'ECONNREFUSED' },
    })
    t.strictSame(timers.waits, [])
  })
}

t.test('an origin that cannot be reached for another reason is ORIGIN_UNREACHABLE', async (t) => {
  // TCP connects to no multicast address.
  const dial = begin(t, { host: 'ff02::1', port: 9 }, diallerFor())
  const error = await dial.connected.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  t.match(error, { code: 'ORIGIN_UNREACHABLE', status: 502, detail: /^E[A-Z]+$/ })
})

for (const [answer, detail] of [
  [Object.assign(new Error('getaddrinfo ENOTFOUND name'), { code: 'ENOTFOUND' }), 'ENOTFOUND'],
  [null, 'no address'],
] as const) {
  t.test(`a name that does not resolve is ORIGIN_UNRESOLVED: ${detail}`, async (t) => {
    const timers = new HeldTimers(t)
    const names = new NameLookup(timeoutMs, (_name, done) => setImmediate(done, answer, []))
    const dial = begin(t, { host: 'name', port: 1 }, new Dialler(names))
    await t.rejects(dial.connected, { code: 'ORIGIN_UNRESOLVED', status: 502, detail })
    t.strictSame(timers.waits, [])
  })
}

t.test(
  'an origin that does not answer in time is ORIGIN_CONNECT_TIMEOUT, and leaves no socket',
  async (t) => {
    const deaf = await deafOrigin(t)
    const before = openSockets()
    const dial = begin(t, { host: '127.0.0.1', port: deaf.port }, diallerFor(), 10)
    t.equal(openSockets(), before + 1)
    await t.rejects(dial.connected, { code: 'ORIGIN_CONNECT_TIMEOUT', status: 504 })
    await untilOpenSockets(before)
  },
)

t.test('the time-out covers the name look-up, and an answer that comes later is not dialled', async (t) => {
  const timers = new HeldTimers(t)
  let answer: (() => void) | undefined
  const names = new NameLookup(timeoutMs, (_name, done) => (answer = () => done(null, [v4('127.0.0.1')])))
  const origin = await AddressOrigin.start(t, '127.0.0.1')
  const before = openSockets()
  const dial = begin(t, { host: 'name', port: origin.port }, new Dialler(names))
  timers.runOut(timeoutMs)
  await t.rejects(dial.connected, { code: 'ORIGIN_CONNECT_TIMEOUT' })
  answer?.()
  t.strictSame(await names.addresses('name'), [v4('127.0.0.1')])
  t.equal(openSockets(), before)
})

t.test('an aborted dial fails with the reason, and leaves no socket and no timer', async (t) => {
  const deaf = await deafOrigin(t)
  const timers = new HeldTimers(t)
  const before = openSockets()
  const addresses = [v4('127.0.0.1'), v4('127.0.0.2')]
  for (const host of ['127.0.0.1', 'localhost', 'name']) {
    const dialler = diallerFor(addresses)
    const dial = begin(t, { host, port: deaf.port }, dialler)
    const reason = new GatewayError('CLIENT_GONE')
    dial.abort(reason)
    dial.abort(new GatewayError('DRAINED'))
    t.equal(
      await dial.connected.then(
        () => undefined,
        (error: unknown) => error,
      ),
      reason,
    )
    t.strictSame(timers.waits, [])
    await untilOpenSockets(before)
  }
})

t.test('a dial is counted until it is over, however it ends, and once', async (t) => {
  const deaf = await deafOrigin(t)
  const origin = await AddressOrigin.start(t, '127.0.0.1')
  const refusing = await refusingPort(t)
  const dialler = diallerFor([v4('127.0.0.1')])
  const reached = begin(t, { host: 'name', port: origin.port }, dialler)
  const refused = begin(t, { host: '127.0.0.1', port: refusing }, dialler)
  const late = begin(t, { host: '127.0.0.1', port: deaf.port }, dialler, 10)
  const aborted = begin(t, { host: '127.0.0.1', port: deaf.port }, dialler)
  t.equal(dialler.underWay, 4)
  const over = [reached, refused, late, aborted].map((dial) => dial.connected.catch(() => undefined))
  aborted.abort(new GatewayError('CLIENT_GONE'))
  t.equal(dialler.underWay, 3, 'an aborted one is over at once')
  await Promise.all(over)
  t.equal(dialler.underWay, 0)
  for (const dial of [reached, refused, late, aborted]) dial.abort(new GatewayError('DRAINED'))
  t.equal(dialler.underWay, 0, 'what is over does not end again')
})

t.test('an abort after the end does nothing to the destination', async (t) => {
  const origin = await AddressOrigin.start(t, '127.0.0.1')
  const dial = begin(t, { host: '127.0.0.1', port: origin.port }, diallerFor())
  const destination = await dial.connected
  dial.abort(new GatewayError('DRAINED'))
  t.equal(destination.alive, true)
})

t.test('the address that answered last is tried first', async (t) => {
  const second = await AddressOrigin.start(t, '127.0.0.2')
  const dialler = diallerFor([v4('127.0.0.1'), v4('127.0.0.2'), v4('127.0.0.3')])
  const to = { host: 'name', port: second.port }
  await hello(begin(t, to, dialler))
  const first = await AddressOrigin.start(t, '127.0.0.1', second.port)
  await hello(begin(t, to, dialler))
  t.equal(await second.connections(), 2)
  t.equal(await first.connections(), 0)

  const elsewhere = await AddressOrigin.start(t, '127.0.0.1')
  await AddressOrigin.start(t, '127.0.0.2', elsewhere.port)
  await hello(begin(t, { host: 'name', port: elsewhere.port }, dialler))
  t.equal(await elsewhere.connections(), 1, 'another port is another origin')
})

t.test('an address that answered last and refuses now costs nothing but the refusal', async (t) => {
  new HeldTimers(t)
  let port = 0
  const dialler = diallerFor([v4('127.0.0.1'), v4('127.0.0.2')])
  await t.test('the second address answers', async (t) => {
    port = (await AddressOrigin.start(t, '127.0.0.2')).port
    await hello(begin(t, { host: 'name', port }, dialler))
  })
  const first = await AddressOrigin.start(t, '127.0.0.1', port)
  await hello(begin(t, { host: 'name', port }, dialler))
  t.equal(await first.connections(), 1)
})

t.test('an address that the name no longer has is not tried', async (t) => {
  const addresses = [v4('127.0.0.1'), v4('127.0.0.2')]
  const dialler = new Dialler(new NameLookup(0, (_name, done) => setImmediate(done, null, [...addresses])))
  const second = await AddressOrigin.start(t, '127.0.0.2')
  const to = { host: 'name', port: second.port }
  await hello(begin(t, to, dialler))
  addresses[1] = v4('127.0.0.3')
  const third = await AddressOrigin.start(t, '127.0.0.3', second.port)
  await hello(begin(t, to, dialler))
  t.equal(await second.connections(), 1)
  t.equal(await third.connections(), 1)
})
