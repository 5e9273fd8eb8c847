// Traffic of which everything is known, against what the log and the page of metrics tell of it: counts and bytes to
// the last one, times within 20 ms.
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../stage/ports.js'
import { delayMs, slowOrigin } from '../stage/slow-origin.js'
import { check } from '../stage/stage.js'

/** @typedef {import('../stage/stage.js').Stage} Stage */
/** @typedef {import('../stage/gateway.js').LogLine} LogLine */
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
  for await (const part of socket) text += /** @type {Buffer} */ (part).toString('latin1')
  return text.length - text.indexOf('\r\n\r\n') - 4
}

/** @param {LogLine} line @param {string} key @param {number} milliseconds that it took indeed */
function took(line, key, milliseconds) {
  const seconds = Number(line[key])
  const wrong = Math.abs(seconds - milliseconds / 1_000)
  assert.ok(wrong <= within, `${key} is ${seconds} s, and it took ${milliseconds.toFixed(1)} ms`)
}

/** @param {LogLine} line @param {Awaited<ReturnType<typeof slowRequest>>} client @param {OriginMoments} origin */
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

check('the log and the metrics tell of known traffic what is true, phase by phase', async (stage) => {
  const { gateway, origin } = await stagedGateway(stage)
  const clients = []
  for (let i = 0; i < slow.count; i++) clients.push(await slowRequest(gateway.port))
  let failureBytes = { down: 0, lost: 0 }
  for (let i = 0; i < fast.count; i++) assert.equal(await get(gateway.port, 'fast.test'), fast.content.length)
  for (let i = 0; i < refused; i++) failureBytes.down += await get(gateway.port, 'down.test')
  for (let i = 0; i < lost; i++) failureBytes.lost += await get(gateway.port, 'other.test')
  const log = await gateway.logged(all)
  assert.equal(log.length, all)

  const ofRoute = (/** @type {string | undefined} */ name) =>
    log.filter((line) => line['http.route'] === name)
  const slowLines = ofRoute('slow')
  assert.equal(slowLines.length, slow.count)
  for (const [i, line] of slowLines.entries()) {
    assert.equal(line['http.request.body.size'], slow.requestBytes)
    assert.equal(line['http.response.body.size'], slow.responseBytes)
    const [client, moments] = [clients[i], origin.moments[i]]
    assert.ok(client !== undefined && moments !== undefined)
    agrees(line, client, moments)
  }
  assert.equal(ofRoute('fast').length, fast.count)
  for (const line of ofRoute('fast')) assert.equal(line['http.response.body.size'], fast.content.length)

  const page = await gateway.metricsPage()
  for (const [name, status, count, up, down] of /** @type {const} */ ([
    ['slow', '2xx', slow.count, slow.count * slow.requestBytes, slow.count * slow.responseBytes],
    ['fast', '2xx', fast.count, 0, fast.count * fast.content.length],
    ['down', '5xx', refused, 0, failureBytes.down],
  ])) {
    assert.equal(sample(page, `route_exchanges_total{route="${name}",status_class="${status}"}`), count, name)
    assert.equal(sample(page, `route_request_bytes_total{route="${name}"}`), up, name)
    assert.equal(sample(page, `route_response_bytes_total{route="${name}"}`), down, name)
    assert.equal(sample(page, `route_exchange_duration_seconds_count{route="${name}"}`), count, name)
    const total = ofRoute(name).reduce((sum, line) => sum + Number(line['total_duration_seconds']), 0)
    const told = sample(page, `route_exchange_duration_seconds_sum{route="${name}"}`)
    assert.ok(
      Math.abs(told - total) < 0.000_1,
      `${name} took ${told} s by the metrics, ${total} s by the log`,
    )
  }
  assert.equal(await gateway.metric('exchanges_total'), all)
  assert.equal(await gateway.metric('connections_total'), all)
  assert.equal(await gateway.metric('exchange_request_bytes_total'), slow.count * slow.requestBytes)
  const responseBytes =
    slow.count * slow.responseBytes + fast.count * fast.content.length + failureBytes.down + failureBytes.lost
  assert.equal(await gateway.metric('exchange_response_bytes_total'), responseBytes)
  for (const name of ['parse', 'route', 'dial', 'body', 'wait', 'relay']) {
    const logged = log.flatMap((line) => line[`${name}_seconds`] ?? []).map(Number)
    const series = `{interval="${name}"}`
    assert.equal(sample(page, `exchange_interval_seconds_count${series}`), logged.length, name)
    const sum = logged.reduce((total, one) => total + one, 0)
    const told = sample(page, `exchange_interval_seconds_sum${series}`)
    assert.ok(Math.abs(told - sum) < 0.000_1, `${name}: ${told} s by the metrics, ${sum} s by the log`)
  }
  const overlap = slowLines.reduce((sum, line) => sum + Number(line['overlap_seconds']), 0)
  assert.ok(Math.abs(sample(page, 'dial_body_overlap_seconds_total') - overlap) < 0.000_1)
})
