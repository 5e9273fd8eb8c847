// Opens so many connections, asks once on each, and keeps them all until it is ended; SIGUSR2: asks on all once more.
import { connect } from 'node:net'

const [port = 0, connections = 1] = process.argv.slice(2).map(Number)
const asked = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`
const answerEnd = 'hello, world\n'
const atOnce = 32

/** @type {Set<import('node:net').Socket>} */
const kept = new Set()
let begun = 0
let answered = 0
let lost = 0

function open() {
  if (begun === connections) return
  begun++
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  let text = ''
  const read = (/** @type {Buffer} */ bytes) => {
    text += bytes.toString('latin1')
    if (!text.endsWith(answerEnd)) return
    socket.off('data', read).resume()
    kept.add(socket)
    answered++
    next()
  }
  socket.once('connect', () => socket.write(asked)).on('data', read)
  socket.on('error', () => undefined)
  socket.on('close', () => {
    kept.delete(socket)
    lost++
    next()
  })
}

function next() {
  if (answered + lost >= connections) say()
  else open()
}

let said = false
function say() {
  if (said) return
  said = true
  // Those that the gateway closes at once have to be seen.
  setTimeout(() => console.log(`idle: ${answered - lost} of ${connections} open`), 200)
}

for (let i = 0; i < atOnce; i++) open()

process.on('SIGUSR2', () => void askAgain())

/** A few at a time, so that who answers late is not who was asked last. */
async function askAgain() {
  const waiting = [...kept]
  let count = 0
  const work = async () => {
    for (let socket = waiting.pop(); socket !== undefined; socket = waiting.pop())
      if (await asksWell(socket)) count++
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  console.log(`asked again: ${count} of ${connections} answered`)
}

/** @param {import('node:net').Socket} socket @returns {Promise<boolean>} */
function asksWell(socket) {
  return new Promise((resolve) => {
    let text = ''
    socket.on('data', (/** @type {Buffer} */ bytes) => {
      text += bytes.toString('latin1')
      if (text.endsWith(answerEnd)) resolve(text.startsWith('HTTP/1.1 200 '))
    })
    socket.once('close', () => resolve(false))
    socket.write(asked)
  })
}
