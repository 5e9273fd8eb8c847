import t from 'tap'
import { stillClock } from '../../fixtures/hop-room.js'
import { waitingExchange } from '../../fixtures/pipelining/waiting-exchange.js'
import { GatewayError, type ErrorCode } from '../../lib/core/errors.js'
import { limitsWith } from '../../lib/core/limits.js'
import { DiscardedResponse } from '../../lib/hop/discarded-response.js'
import { ResponseQueue } from '../../lib/hop/response-queue.js'
import { writeTurn } from '../../lib/message/turn-writes.js'

/** A queue of the link `link`, and what it tells those who share it. */
function sharedQueue() {
  const told: string[] = []
  const clock = stillClock()
  const queue = new ResponseQueue('link', clock)
  queue.sharing = {
    add: (link) => void told.push(`add ${link}`),
    remove: (link) => void told.push(`remove ${link}`),
    answered: () => void told.push('answered'),
    ended: ({ code }, answers) => void told.push(`ended ${code} ${answers}`),
    late: ({ code }) => void told.push(`late ${code}`),
    failed: ({ code }) => void told.push(`failed ${code}`),
    broken: ({ code }) => void told.push(`broken ${code}`),
  }
  return { queue, told, clock }
}

const discarded = (): DiscardedResponse =>
  new DiscardedResponse('GET', undefined, limitsWith(), () => undefined)

t.test('exchanges are answered in the order in which they came, and the last one ends the sharing', (t) => {
  const { queue, told } = sharedQueue()
  const [one, two, three] = [waitingExchange(), waitingExchange(), waitingExchange()]
  t.strictSame([queue.push(one), queue.push(two), queue.push(three)], [true, false, false])
  t.strictSame([queue.length, queue.front], [3, one])
  t.equal(queue.answered(), two)
  t.equal(queue.answered(), three)
  t.equal(queue.answered(), undefined)
  t.strictSame(
    told,
    ['add link', 'answered', 'answered', 'remove link'],
    'the first was not sent behind another',
  )
  t.equal(queue.sharing, undefined)
  t.end()
})

t.test('the time of the one at the front begins when it is the one to be answered', (t) => {
  const { queue, clock } = sharedQueue()
  queue.push(waitingExchange())
  clock.now += 30
  queue.push(waitingExchange())
  t.equal(queue.frontMs, 30)
  queue.answered()
  t.equal(queue.frontMs, 0)
  t.end()
})

for (const [what, code, pipelined, answers, expected] of [
  ['a close before any answer', 'ORIGIN_CLOSED', true, 0, ['failed ORIGIN_CLOSED']],
  ['a reset before any answer', 'ORIGIN_RESET', true, 0, ['failed ORIGIN_RESET']],
  ['a close after an answer', 'ORIGIN_CLOSED', true, 1, ['ended ORIGIN_CLOSED 1']],
  ['what is no response', 'RESPONSE_MALFORMED', true, 0, ['broken RESPONSE_MALFORMED']],
  ['half a response', 'RESPONSE_INCOMPLETE', true, 1, ['broken RESPONSE_INCOMPLETE']],
  ['a close where one waits alone', 'ORIGIN_CLOSED', false, 0, []],
  ['what is not the fault of the origin', 'CLIENT_GONE', true, 0, []],
] as [string, ErrorCode, boolean, number, string[]][]) {
  t.test(`${what} is told as it is`, (t) => {
    const { queue, told } = sharedQueue()
    for (let i = 0; i < (pipelined ? 3 : 1); i++) queue.push(waitingExchange())
    for (let i = 0; i < answers; i++) queue.answered()
    told.length = 0
    queue.failed(new GatewayError(code))
    t.strictSame(told, expected)
    t.end()
  })
}

t.test('one that goes away is replaced in its place, and is no other one any more', (t) => {
  const { queue } = sharedQueue()
  const [one, two] = [waitingExchange(), waitingExchange()]
  queue.push(one)
  queue.push(two)
  t.strictSame([queue.hasOthers(one), queue.hasOthers(two), queue.deserted], [true, true, false])
  const rest = discarded()
  t.equal(queue.replace(two, rest), false)
  t.equal(queue.replace(two, discarded()), false, 'it is not there any more')
  t.equal(queue.hasOthers(one), false)
  t.equal(queue.replace(one, discarded()), true)
  t.equal(queue.deserted, true)
  t.equal(queue.answered(), rest)
  queue.answered()
  t.equal(queue.deserted, false)
  t.end()
})

t.test('all that wait are given back, or those behind the front', (t) => {
  const { queue, told } = sharedQueue()
  const all = [waitingExchange(), waitingExchange(), waitingExchange()] as const
  for (const one of all) queue.push(one)
  queue.drained()
  t.strictSame(
    all.map((one) => one.told),
    [['drained'], ['drained'], ['drained']],
  )
  t.strictSame(queue.clearLater(1), all.slice(1))
  const tunnel = waitingExchange()
  queue.replaceFront(tunnel)
  t.strictSame(queue.clear(), [tunnel])
  t.strictSame([queue.length, told], [0, ['add link', 'remove link']])
  t.end()
})

t.test('bytes while nobody waits are told to those who shared it, unless they are a 408', (t) => {
  const { queue, told } = sharedQueue()
  queue.push(waitingExchange())
  queue.answered()
  told.length = 0
  for (const text of ['HTTP/1.1 408 Request Timeout\r\n\r\n', 'HTTP/1.0 408 \r\n\r\n'])
    queue.unasked(Buffer.from(text))
  t.strictSame(told, [])
  for (const text of ['HTTP/1.1 200 OK\r\n\r\n', 'x HTTP/1.1 408 ', '\n']) queue.unasked(Buffer.from(text))
  t.strictSame(told, Array(3).fill('broken RESPONSE_FRAMING'))
  t.end()
})

t.test('bytes on a link that was never shared are told to nobody', (t) => {
  const queue = new ResponseQueue('link', stillClock())
  queue.push(waitingExchange())
  queue.answered()
  queue.unasked(Buffer.from('x'))
  queue.failed(new GatewayError('RESPONSE_MALFORMED'))
  t.equal(queue.length, 0)
  t.end()
})

t.test('those have asked whose requests have gone out', (t) => {
  const { queue } = sharedQueue()
  const counts: number[] = [queue.asked]
  queue.push(waitingExchange())
  queue.push(waitingExchange())
  counts.push(queue.asked)
  writeTurn()
  queue.push(waitingExchange())
  counts.push(queue.asked)
  queue.answered()
  counts.push(queue.asked)
  writeTurn()
  counts.push(queue.asked)
  queue.clearLater(1)
  counts.push(queue.asked)
  queue.clear()
  counts.push(queue.asked)
  t.strictSame(counts, [0, 0, 2, 1, 2, 1, 0])
  t.end()
})

t.test('who is not answered in time behind others is told of only if it was its turn for long', (t) => {
  const { queue, told, clock } = sharedQueue()
  const [one, two] = [waitingExchange(), waitingExchange()]
  queue.push(one)
  queue.push(two)
  told.length = 0
  clock.now += 1_000
  queue.timedOut(two, 1_000)
  t.strictSame(told, [], 'it was not its turn')
  queue.answered()
  clock.now += 499
  queue.timedOut(two, 1_000)
  t.strictSame(told, [], 'it has not been its turn for long')
  clock.now += 1
  queue.timedOut(two, 1_000)
  t.strictSame(told, ['late RESPONSE_TIMEOUT'])
  t.end()
})
