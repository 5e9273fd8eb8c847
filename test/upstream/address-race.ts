import type { Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { HeldTimers } from '../../fixtures/held-timers.js'
import { openSockets, untilOpenSockets } from '../../fixtures/open-sockets.js'
import { AddressOrigin, refusingPort } from '../../fixtures/peers/address-origin.js'
import { DeafOrigin } from '../../fixtures/peers/deaf-origin.js'
import { AddressRace } from '../../lib/upstream/address-race.js'
import type { Address } from '../../lib/upstream/name-lookup.js'

/** RFC 8305 section 5. */
const attemptDelayMs = 250

const v4 = (address: string): Address => ({ address, family: 4 })
const v6 = (address: string): Address => ({ address, family: 6 })

/** How a race ended: the winner's address and socket, or the error. */
type End = { address: string; socket: Socket } | { error: NodeJS.ErrnoException }

interface Running {
  readonly race: AddressRace
  readonly end: Promise<End>
  /** How often an end was told. */
  ends(): number
}

function race(t: Test, addresses: readonly Address[], port: number): Running {
  let ends = 0
  let running: AddressRace | undefined
  const end = new Promise<End>((resolve) => {
    running = new AddressRace(addresses, port, true, {
      won: (socket, { address }) => {
        ends++
        t.teardown(() => socket.destroy())
        resolve({ address, socket })
      },
      lost: (error) => {
        ends++
        resolve({ error })
      },
    })
  })
  const started = running as unknown as AddressRace
  t.teardown(() => started.abort())
  return { race: started, end, ends: () => ends }
}

async function winner(running: Running): Promise<{ address: string; socket: Socket }> {
  const end = await running.end
  if ('error' in end) throw end.error
  return end
}

async function errorCode(running: Running): Promise<string | undefined> {
  const end = await running.end
  return 'error' in end ? end.error.code : 'none'
}

async function deafOrigin(t: Test, host?: string): Promise<DeafOrigin> {
  const deaf = await DeafOrigin.start(host)
  t.teardown(() => deaf.close())
  return deaf
}

t.test('the first address wins if it answers, and no other is tried', async (t) => {
  const timers = new HeldTimers(t)
  const first = await AddressOrigin.start(t, '127.0.0.1')
  const second = await AddressOrigin.start(t, '127.0.0.2', first.port)
  const running = race(t, [v4('127.0.0.1'), v4('127.0.0.2')], first.port)
  t.strictSame(timers.waits, [attemptDelayMs])
  const { address, socket } = await winner(running)
  t.equal(address, '127.0.0.1')
  t.equal(socket.remoteAddress, '127.0.0.1')
  t.strictSame(timers.waits, [], 'no timer is left over')
  t.equal(await second.connections(), 0)
})

t.test('RFC 8305 section 5: after a refusal the next address is tried at once', async (t) => {
  const timers = new HeldTimers(t)
  const origin = await AddressOrigin.start(t, '127.0.0.3')
  const before = openSockets()
  const running = race(t, [v4('127.0.0.1'), v4('127.0.0.2'), v4('127.0.0.3')], origin.port)
  const { address } = await winner(running)
  t.equal(address, '127.0.0.3', 'although no timer has run out')
  t.strictSame(timers.waits, [])
  t.equal(await origin.connections(), 1)
  await untilOpenSockets(before + 2)
})

t.test(
  'RFC 8305 section 5: the next address is tried when the one before is late, and not before',
  async (t) => {
    const timers = new HeldTimers(t)
    const deaf = await deafOrigin(t, '127.0.0.1')
    const origin = await AddressOrigin.start(t, '127.0.0.2', deaf.port)
    const before = openSockets()
    const running = race(t, [v4('127.0.0.1'), v4('127.0.0.2')], deaf.port)
    t.equal(await origin.connections(), 0, 'the race has not tried the second address')
    timers.runOut(attemptDelayMs)
    const { address, socket } = await winner(running)
    t.equal(address, '127.0.0.2')
    t.strictSame(timers.waits, [])
    socket.destroy()
    await untilOpenSockets(before)
    t.equal(running.ends(), 1)
  },
)

t.test('earlier attempts go on while later ones run', async (t) => {
  const timers = new HeldTimers(t)
  const [slow, deaf] = await deafPair(t)
  const running = race(t, [v4('127.0.0.1'), v4('127.0.0.2')], deaf.port)
  timers.runOut(attemptDelayMs)
  await attemptsSent()
  slow.wake()
  t.equal((await winner(running)).address, '127.0.0.1')
})

/** Node connects to an address in the tick after it was asked to. */
const attemptsSent = (): Promise<void> => setImmediate()

/** Two origins that do not answer, on one port of 127.0.0.1 and 127.0.0.2. */
async function deafPair(t: Test): Promise<[DeafOrigin, DeafOrigin]> {
  const first = await deafOrigin(t, '127.0.0.1')
  const second = await DeafOrigin.start('127.0.0.2', first.port)
  t.teardown(() => second.close())
  return [first, second]
}

t.test('a refusal while an earlier attempt still runs leaves that one running', async (t) => {
  const timers = new HeldTimers(t)
  const slow = await deafOrigin(t, '127.0.0.1')
  const before = openSockets()
  const running = race(t, [v4('127.0.0.1'), v4('127.0.0.2')], slow.port)
  timers.runOut(attemptDelayMs)
  t.equal(openSockets(), before + 2)
  await untilOpenSockets(before + 1)
  t.equal(running.ends(), 0, 'the refusal ends nothing')
  slow.wake()
  t.equal((await winner(running)).address, '127.0.0.1')
  t.equal(running.ends(), 1)
})

t.test(
  'RFC 8305 section 4: address families take turns, beginning with the family of the first',
  async (t) => {
    for (const addresses of [
      [v6('::1'), v6('::ffff:127.0.0.2'), v4('127.0.0.3'), v4('127.0.0.1')],
      [v4('127.0.0.1'), v4('127.0.0.2'), v4('127.0.0.4'), v6('::ffff:127.0.0.3')],
    ]) {
      new HeldTimers(t)
      const port = (await AddressOrigin.start(t, '127.0.0.2')).port
      await AddressOrigin.start(t, '127.0.0.3', port)
      const { address } = await winner(race(t, addresses, port))
      t.match(address, /127\.0\.0\.3$/, 'the second address tried is the first of the other family')
    }
  },
)

t.test('if all fail, the race is lost once, with the refusal if there was one', async (t) => {
  const port = await refusingPort(t)
  // TCP connects to no multicast address.
  for (const addresses of [
    [v4('127.0.0.1')],
    [v4('127.0.0.1'), v6('::ffff:127.0.0.1')],
    [v6('ff02::1'), v4('127.0.0.1')],
    [v4('127.0.0.1'), v6('ff02::1')],
  ]) {
    const running = race(t, addresses, port)
    t.equal(await errorCode(running), 'ECONNREFUSED')
    t.equal(running.ends(), 1)
  }
})

t.test('if all fail and none refuses, the error is that of the first', async (t) => {
  const port = await refusingPort(t)
  const [first, second] = [v6('ff02::1'), v4('255.255.255.255')]
  for (const addresses of [
    [first, second],
    [second, first],
  ]) {
    const end = await race(t, addresses, port).end
    t.match(end, { error: { address: addresses[0]?.address } })
  }
})

t.test('an aborted race leaves no socket and no timer, and nobody is told', async (t) => {
  const timers = new HeldTimers(t)
  const [first] = await deafPair(t)
  const before = openSockets()
  const running = race(t, [v4('127.0.0.1'), v4('127.0.0.2'), v4('127.0.0.3')], first.port)
  timers.runOut(attemptDelayMs)
  t.equal(openSockets(), before + 2)
  running.race.abort()
  t.strictSame(timers.waits, [])
  await untilOpenSockets(before)
  t.equal(running.ends(), 0)
})

t.test('a race that is aborted before an attempt is refused tries no other address', async (t) => {
  const origin = await AddressOrigin.start(t, '127.0.0.2')
  const before = openSockets()
  const running = race(t, [v4('127.0.0.1'), v4('127.0.0.2')], origin.port)
  running.race.abort()
  await untilOpenSockets(before)
  t.equal(await origin.connections(), 0)
  t.equal(running.ends(), 0)
})

t.test('an abort after the end does nothing to the winner', async (t) => {
  const origin = await AddressOrigin.start(t, '127.0.0.1')
  const running = race(t, [v4('127.0.0.1')], origin.port)
  const { socket } = await winner(running)
  running.race.abort()
  t.equal(socket.destroyed, false)
})

t.test('the winner sends what it is given without delay', async (t) => {
  const origin = await AddressOrigin.start(t, '127.0.0.1')
  const { socket } = await winner(race(t, [v4('127.0.0.1')], origin.port))
  socket.write('hello')
  t.equal(await origin.connections(), 1)
  await origin.peers[0]?.untilText('hello')
})
