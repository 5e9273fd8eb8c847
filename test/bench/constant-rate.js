// Requests at a constant rate, whatever the answers do: each has its moment, and its latency runs from that moment,
// also where it has to wait for a free connection or this process is late. Prints JSON.
import { connect } from 'node:net'
import { createHistogram } from 'node:perf_hooks'

const [port = 0, connections = 1, rate = 1, seconds = 1] = process.argv.slice(2).map(Number)
const asked = Buffer.from(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`)
const answerEnd = 'hello, world\n'
const intervalMs = 1_000 / rate
/** The first ones find code that is not compiled yet, on both sides. */
const warmUpMs = 1_000
const graceMs = 2_000

const latency = createHistogram()
const lateness = createHistogram()
/** @type {import('node:net').Socket[]} */
const free = []
const requests = Math.floor(((seconds * 1_000 + warmUpMs) * rate) / 1_000)
let sent = 0
let answered = 0
let measured = 0
let trouble = ''
let began = 0

/** @param {import('node:perf_hooks').RecordableHistogram} histogram @param {number} ms */
function record(histogram, ms) {
  histogram.record(Math.max(1, Math.round(ms * 1e6)))
}

/** When each connection's request should have gone out; the moment is kept on a socket by its number. */
const moments = new Float64Array(connections)

/** @param {number} number */
function open(number) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  const numbered = Object.assign(socket, { number })
  let tail = ''
  socket.once('connect', () => {
    free.push(numbered)
    if (free.length === connections) begin()
  })
  socket.on('data', (bytes) => {
    tail =
      (bytes.length < answerEnd.length ? tail : '') +
      bytes.toString('latin1', Math.max(0, bytes.length - answerEnd.length))
    if (!tail.endsWith(answerEnd)) return
    tail = ''
    finish(numbered)
  })
  socket.on('error', (error) => (trouble ||= error.message))
  socket.on('close', () => (trouble ||= 'a connection was closed'))
}

/** @param {import('node:net').Socket & { number: number }} socket */
function finish(socket) {
  answered++
  const moment = moments[socket.number] ?? 0
  if (moment - began >= warmUpMs) {
    measured++
    record(latency, performance.now() - moment)
  }
  free.push(socket)
  if (answered === requests) report()
  else sendDue()
}

function sendDue() {
  const now = performance.now()
  while (sent < requests && free.length > 0) {
    const moment = began + sent * intervalMs
    if (moment > now) return
    sent++
    const socket = /** @type {import('node:net').Socket & { number: number }} */ (free.pop())
    moments[socket.number] = moment
    if (moment - began >= warmUpMs) record(lateness, now - moment)
    socket.write(asked)
  }
}

function begin() {
  began = performance.now()
  setInterval(sendDue, 1)
  setTimeout(report, seconds * 1_000 + warmUpMs + graceMs)
}

function report() {
  if (answered < requests) trouble ||= `${requests - answered} of ${requests} were not answered in time`
  const took = (performance.now() - began - warmUpMs) / 1e3
  const [p50, p99, late] = [latency.percentile(50), latency.percentile(99), lateness.percentile(99)].map(
    (nanoseconds) => nanoseconds / 1e3,
  )
  console.log(JSON.stringify({ requests: measured, seconds: took, p50, p99, late, trouble }))
  process.exit(0)
}

for (let number = 0; number < connections; number++) open(number)
