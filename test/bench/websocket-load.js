// So many WebSockets, each with one message under way, for so many seconds: what came back, as JSON.
import { connect } from 'node:net'
import { createHistogram } from 'node:perf_hooks'
import { acceptOf, downFrame, upFrame } from './websocket-frames.js'

const [port = 0, connections = 1, seconds = 1] = process.argv.slice(2).map(Number)
const key = 'dGhlIHNhbXBsZSBub25jZQ=='
const asked = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`

const latency = createHistogram()
let messages = 0
let trouble = ''
let over = false

/** @param {import('node:net').Socket} socket */
function exchangeMessages(socket) {
  let waiting = 0
  let sent = process.hrtime.bigint()
  const send = () => {
    sent = process.hrtime.bigint()
    socket.write(upFrame)
  }
  socket.on('data', (bytes) => {
    waiting += bytes.length
    if (waiting < downFrame.length) return
    waiting -= downFrame.length
    messages++
    latency.record(process.hrtime.bigint() - sent)
    if (!over) send()
  })
  send()
}

function open() {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  let head = ''
  const upgrade = (/** @type {Buffer} */ bytes) => {
    head += bytes.toString('latin1')
    if (!head.endsWith('\r\n\r\n')) return
    socket.off('data', upgrade)
    if (head.startsWith('HTTP/1.1 101') && head.includes(acceptOf(key))) exchangeMessages(socket)
    else trouble = `no WebSocket: ${head.slice(0, 60).trim()}`
  }
  socket.once('connect', () => socket.write(asked)).on('data', upgrade)
  socket.on('error', (error) => (trouble ||= over ? '' : error.message))
  socket.on('close', () => (trouble ||= over ? '' : 'a WebSocket was closed'))
}

const began = performance.now()
for (let i = 0; i < connections; i++) open()
setTimeout(() => {
  over = true
  const [p50, p99] = [50, 99].map((percentile) => latency.percentile(percentile) / 1e3)
  const took = (performance.now() - began) / 1e3
  console.log(JSON.stringify({ requests: messages, seconds: took, p50, p99, trouble }))
  process.exit(0)
}, seconds * 1_000)
