// Traffic of which everything is known, against what the log and the page of metrics tell of it: counts and bytes to
// the last one, times within 20 ms.
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../stage/ports.js'
import { delayMs, slowOrigin } from '../stage/slow-origin.js'
import { check } from '../stage/stage.js'

/** @typedef {import('../stage/stage.js').Stage} Stage */
/** @typedef {import('../stage/gateway.js').LogMembers} LogMembers */
/** @typedef {import('../stage/slow-origin.js').OriginMoments} OriginMoments */

const within = 0.02
const slow = { count: 5, requestBytes: 1_000, responseBytes: 2_000 }
const fast = { count: 20, content: 'hello, world\n' }
const refused = 2
const lost = 3
const all = slow.count + fast.count + refused + lost

/** @param {Stage} stage */
async function stagedGateway(stage) {
  const origin = await slowOrigin(stage, slow.requestBytes, slow.responseBytes)
  const quick = await stage.origin((_request, response) => response.end(fast.content))
  const nobody = await freePort()
  const gateway = await stage.gateway([
    `slow.test -> https://127.0.0.1:${origin.port} tls=insecure name=slow`,
    `fast.test -> 127.0.0.1:${quick.port} name=fast`,
    `down.test -> 127.0.0.1:${nobody} name=down`,
  ])
  gateway.expectedErrors = ['NO_ROUTE', 'ORIGIN_REFUSED']
  return { origin, gateway, quick }
}

/**
 * One POST that takes its time with head and body.
 * @param {number} port
 * @returns {Promise<{ begun: number, headSent: number, bodySent: number }>} when what was sent
 */
async function slowRequest(port) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await new Promise((resolve) => socket.once('connect', resolve))
  const head = `POST /up HTTP/1.1\r\nHost: slow.test\r\nContent-Length: ${slow.requestBytes}\r\nConnection: close\r\n\r\n`
  const body = 'y'.repeat(slow.requestBytes)
  const ended = new Promise((resolve) => socket.once('close', resolve))
  socket.resume()
  const begun = performance.now()
  socket.write(head.slice(0, 20))
  await sleep(delayMs)
  const headSent = performance.now()
  socket.write(head.slice(20) + body.slice(0, 500))
  await sleep(delayMs)
  const bodySent = performance.now()
  socket.write(body.slice(500))
  await ended
  return { begun, headSent, bodySent }
}

/** One GET. @param {number} port @param {string} host @returns {Promise<number>} the bytes of the content */
async function get(port, host) {
  const socket = connect({ port, host: '127.0.0.1' })
  socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
  let text = ''
  socket.setEncoding('latin1')
  for await (const part of socket) text += String(part)
  return text.length - text.indexOf('\r\n\r\n') - 4
}

/** @param {LogMembers} line @param {string} key @param {number} milliseconds that it took indeed */
function took(line, key, milliseconds) {
  const seconds = Number(line[key])
  const wrong = Math.abs(seconds - milliseconds / 1_000)
  assert.ok(wrong <= within, `${key} is ${seconds} s, and it took ${milliseconds.toFixed(1)} ms`)
}

/** @param {LogMembers} line @param {Awaited<ReturnType<typeof slowRequest>>} client @param {OriginMoments} origin */
function agrees(line, { begun, headSent, bodySent }, { reached, letGo, asked, answerBegun, answered }) {
  took(line, 'parse_seconds', headSent - begun)
  took(line, 'body_seconds', bodySent - headSent)
  took(line, 'dial_seconds', letGo - headSent)
  took(line, 'dial_tls_seconds', letGo - reached)
  took(line, 'connect_duration_seconds', letGo - headSent)
  took(line, 'overlap_seconds', Math.min(letGo, bodySent) - headSent)
  took(line, 'forward_duration_seconds', Math.max(letGo, bodySent) - begun)
  took(line, 'wait_seconds', answerBegun - asked)
  took(line, 'relay_seconds', answered - answerBegun)
  took(line, 'relay_duration_seconds', answered - asked)
  took(line, 'total_duration_seconds', answered - begun)
}

/** The one sample of a series. @param {string} page @param {string} series with its labels */
function sample(page, series) {
  const line = page.split('\n').find((one) => one.startsWith(`railscale_${series} `))
  assert.ok(line !== undefined, `there is no ${series}`)
  return Number(line.slice(line.lastIndexOf(' ') + 1))
}

/** @param {number} one @param {number} other @param {string} what in seconds */
function same(one, other, what) {
  assert.ok(Math.abs(one - other) < 0.000_1, `${what}: ${one} s by the metrics, ${other} s by the log`)
}

/** Sends all of it. @param {Stage} stage */
async function knownTraffic(stage) {
  const { gateway, origin } = await stagedGateway(stage)
  const clients = []
  for (let i = 0; i < slow.count; i++) clients.push(await slowRequest(gateway.port))
  const bytes = { down: 0, lost: 0 }
  for (let i = 0; i < fast.count; i++) assert.equal(await get(gateway.port, 'fast.test'), fast.content.length)
  for (let i = 0; i < refused; i++) bytes.down += await get(gateway.port, 'down.test')
  for (let i = 0; i < lost; i++) bytes.lost += await get(gateway.port, 'other.test')
  await gateway.logged(all)
  const log = gateway.logMembers
  assert.equal(log.length, all)
  return { gateway, origin, clients, bytes, log, page: await gateway.metricsPage() }
}

/** @param {readonly LogMembers[]} log @param {string} name */
const ofRoute = (log, name) => log.filter((line) => line['http.route'] === name)

/** @param {readonly LogMembers[]} lines @param {string} key */
const sumOf = (lines, key) => lines.reduce((sum, line) => sum + Number(line[key] ?? 0), 0)

check(
  'counts and bytes are exact in the log and in the metrics, and both tell of the same times',
  async (stage) => {
    const { gateway, log, bytes, page } = await knownTraffic(stage)
    for (const [name, status, count, up, down] of /** @type {const} */ ([
      ['slow', '2xx', slow.count, slow.count * slow.requestBytes, slow.count * slow.responseBytes],
      ['fast', '2xx', fast.count, 0, fast.count * fast.content.length],
      ['down', '5xx', refused, 0, bytes.down],
    ])) {
      const lines = ofRoute(log, name)
      assert.equal(lines.length, count)
      assert.equal(sumOf(lines, 'http.request.body.size'), up)
      assert.equal(sumOf(lines, 'http.response.body.size'), down)
      assert.equal(
        sample(page, `route_exchanges_total{route="${name}",status_class="${status}"}`),
        count,
        name,
      )
      assert.equal(sample(page, `route_request_bytes_total{route="${name}"}`), up, name)
      assert.equal(sample(page, `route_response_bytes_total{route="${name}"}`), down, name)
      const duration = `route_exchange_duration_seconds`
      assert.equal(sample(page, `${duration}_count{route="${name}"}`), count, name)
      same(sample(page, `${duration}_sum{route="${name}"}`), sumOf(lines, 'total_duration_seconds'), name)
    }
    assert.equal(await gateway.metric('exchanges_total'), all)
    assert.equal(await gateway.metric('connections_total'), all)
    assert.equal(await gateway.metric('exchange_request_bytes_total'), sumOf(log, 'http.request.body.size'))
    assert.equal(await gateway.metric('exchange_response_bytes_total'), sumOf(log, 'http.response.body.size'))
    assert.equal(
      sumOf(log, 'http.response.body.size'),
      sumOf(ofRoute(log, 'slow'), 'http.response.body.size') +
        fast.count * fast.content.length +
        bytes.down +
        bytes.lost,
    )
    for (const name of ['parse', 'route', 'dial', 'body', 'wait', 'relay']) {
      const [key, series] = [`${name}_seconds`, `{interval="${name}"}`]
      const count = log.filter((line) => line[key] !== undefined).length
      assert.equal(sample(page, `exchange_interval_seconds_count${series}`), count, name)
      same(sample(page, `exchange_interval_seconds_sum${series}`), sumOf(log, key), name)
    }
    same(sample(page, 'dial_body_overlap_seconds_total'), sumOf(log, 'overlap_seconds'), 'overlap')
  },
)

check('each phase took as long as it did, within 20 ms', async (stage) => {
  const { log, origin, clients } = await knownTraffic(stage)
  const wrong = ofRoute(log, 'slow').flatMap((line, i) => {
    const [client, moments] = [clients[i], origin.moments[i]]
    assert.ok(client !== undefined && moments !== undefined)
    try {
      agrees(line, client, moments)
      return []
    } catch (error) {
      return [String(error)]
    }
  })
  // The machine itself may hold up one or the other.
  assert.ok(wrong.length <= slow.count / 2, wrong.join('\n'))
})
