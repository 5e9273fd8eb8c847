// Clients that do nothing wrong while others do: one keeps its connection, one takes a new one for each request, and one
// downloads slowly.
import { Agent, request } from 'node:http'
import { setTimeout as after } from 'node:timers/promises'

const expected = 'hello, world\n'
const pauseMs = 20
const patienceMs = 10_000
/** A close that was under way when the request was sent is seen sooner than this. */
const closedAtOnceMs = 250
/** What the third of them downloads, and how much of it in a pause. */
const download = { path: '/1m', bytes: 1_048_576, piece: 65_536 }

/**
 * What came of the requests of one client.
 * @typedef {object} Service
 * @property {number} asked
 * @property {string[]} failures in words
 * @property {number[]} times of the answers, in milliseconds
 */

/** @returns {Service} */
const nothingYet = () => ({ asked: 0, failures: [], times: [] })

export class HonestClients {
  /** @param {number} port */
  constructor(port) {
    this.port = port
    this.over = false
    this.agent = new Agent({ keepAlive: true, maxSockets: 1 })
    this.services = { kept: nothingYet(), fresh: nothingYet(), slow: nothingYet() }
    const { kept, fresh, slow } = this.services
    this.all = Promise.all([
      this.#serve(kept, () => this.#askKept()),
      this.#serve(fresh, () => ask(port, false)),
      this.#serve(slow, () => downloaded(port)),
    ])
  }

  /** Ends them. */
  async stop() {
    this.over = true
    await this.all
    this.agent.destroy()
    return this.services
  }

  /** @param {Service} service @param {() => Promise<void>} asking */
  async #serve(service, asking) {
    while (!this.over) {
      const began = performance.now()
      service.asked++
      try {
        await asking()
        service.times.push(performance.now() - began)
      } catch (error) {
        service.failures.push(error instanceof Error ? error.message : String(error))
      }
      await after(pauseMs)
    }
  }

  /** Asks once more where the kept connection was closed just then, as every client does (RFC 9112 section 9.3.1). */
  async #askKept() {
    try {
      await ask(this.port, this.agent)
    } catch (error) {
      if (!(error instanceof ClosedWhileKept)) throw error
      await ask(this.port, this.agent)
    }
  }
}

class ClosedWhileKept extends Error {}

/** @param {number} port @param {Agent | false} agent @returns {Promise<void>} */
function ask(port, agent) {
  return new Promise((resolve, reject) => {
    const began = performance.now()
    const asked = request({ host: '127.0.0.1', port, agent })
    asked.setTimeout(patienceMs, () => asked.destroy(new Error(`no answer in ${patienceMs / 1_000} s`)))
    asked.once('error', (error) => {
      const atOnce = asked.reusedSocket && performance.now() - began < closedAtOnceMs
      reject(atOnce ? new ClosedWhileKept(error.message) : error)
    })
    asked.once('response', (response) => {
      let text = ''
      response.setEncoding('latin1').on('data', (/** @type {string} */ part) => (text += part))
      response.once('error', reject)
      response.once('end', () => {
        if (response.statusCode === 200 && text === expected) resolve()
        else reject(new Error(`status ${response.statusCode} and ${text.length} bytes`))
      })
    })
    asked.end()
  })
}

/** Downloads at leisure: a piece, a pause, and so on. @param {number} port @returns {Promise<void>} */
function downloaded(port) {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path: download.path, agent: false })
    asked.setTimeout(patienceMs, () =>
      asked.destroy(new Error(`nothing of a download in ${patienceMs / 1_000} s`)),
    )
    asked.once('error', reject)
    asked.once('response', (response) => {
      let bytes = 0
      response.once('error', reject)
      response.on('data', (/** @type {Buffer} */ part) => {
        const before = bytes
        bytes += part.length
        if (Math.floor(before / download.piece) === Math.floor(bytes / download.piece)) return
        response.pause()
        setTimeout(() => response.resume(), pauseMs)
      })
      response.once('end', () => {
        if (response.statusCode === 200 && bytes === download.bytes) resolve()
        else reject(new Error(`status ${response.statusCode} and ${bytes} bytes of a download`))
      })
    })
    asked.end()
  })
}
