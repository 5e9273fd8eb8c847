// Opens connections as fast as they are taken, from many addresses, and does with each what `kind` says, for so many
// seconds; prints how many there were. Its arguments: port, kind, seconds.
import { connect } from 'node:net'

/** @typedef {import('node:net').Socket} Socket */

const head = 'GET / HTTP/1.1\r\nHost: flood.test\r\n'
const atOnce = 64
/** Ports of one address are used up in a moment. */
const addresses = 200

/** What is done with a connection once it is there. @type {Readonly<Record<string, (socket: Socket) => void>>} */
const kinds = {
  silent: () => undefined,
  reset: (socket) => socket.resetAndDestroy(),
  'half a head': (socket) => socket.end(head),
  'one request': (socket) => socket.end(`${head}Connection: close\r\n\r\n`),
  garbage: (socket) => socket.write(Buffer.alloc(512, 0x16)),
}

const [port = '', kind = '', seconds = ''] = process.argv.slice(2)
const act = kinds[kind]
if (act === undefined) throw new Error(`"${kind}" is none of ${Object.keys(kinds).join(', ')}`)

let opened = 0
let failed = 0
let over = false
/** @type {Set<Socket>} */
const open = new Set()

function next() {
  if (over) return
  const number = opened + failed
  const socket = connect({
    port: Number(port),
    localAddress: `127.0.0.${2 + (number % addresses)}`,
    host: '127.0.0.1',
  })
  let connected = false
  open.add(socket)
  socket.once('connect', () => {
    connected = true
    opened++
    act?.(socket)
    next()
  })
  socket.on('error', () => undefined).on('end', () => socket.end())
  socket.resume().once('close', () => {
    open.delete(socket)
    if (connected) return
    failed++
    // A machine at its end is not asked harder.
    setTimeout(next, 10)
  })
}

for (let i = 0; i < atOnce; i++) next()
setTimeout(
  () => {
    over = true
    console.log(JSON.stringify({ opened, failed }))
    for (const socket of open) socket.destroy()
  },
  Number(seconds) * 1_000,
)
