// Two clients that do nothing wrong while others do: one keeps its connection, one takes a new one for each request.
import { Agent, request } from 'node:http'
import { setTimeout as after } from 'node:timers/promises'

const expected = 'hello, world\n'
const pauseMs = 20
const patienceMs = 10_000

/**
 * What came of the requests of one client.
 * @typedef {object} Service
 * @property {number} asked
 * @property {string[]} failures in words
 * @property {number[]} times of the answers, in milliseconds
 */

export class HonestClients {
  /** @param {number} port */
  constructor(port) {
    this.port = port
    this.over = false
    this.agent = new Agent({ keepAlive: true, maxSockets: 1 })
    /** @type {Service} */
    this.kept = { asked: 0, failures: [], times: [] }
    /** @type {Service} */
    this.fresh = { asked: 0, failures: [], times: [] }
    this.both = Promise.all([this.#serve(this.kept, this.agent), this.#serve(this.fresh, false)])
  }

  /** Ends them. @returns {Promise<{ kept: Service, fresh: Service }>} */
  async stop() {
    this.over = true
    await this.both
    this.agent.destroy()
    return { kept: this.kept, fresh: this.fresh }
  }

  /** @param {Service} service @param {Agent | false} agent */
  async #serve(service, agent) {
    while (!this.over) {
      const began = performance.now()
      service.asked++
      try {
        await this.#ask(agent)
        service.times.push(performance.now() - began)
      } catch (error) {
        service.failures.push(error instanceof Error ? error.message : String(error))
      }
      await after(pauseMs)
    }
  }

  /**
   * Asks, and once more where a kept connection was closed just then, as every client does (RFC 9112 section 9.3.1).
   * @param {Agent | false} agent
   */
  async #ask(agent) {
    try {
      await ask(this.port, agent)
    } catch (error) {
      if (!(error instanceof ClosedWhileKept)) throw error
      await ask(this.port, agent)
    }
  }
}

class ClosedWhileKept extends Error {}

/** @param {number} port @param {Agent | false} agent @returns {Promise<void>} */
function ask(port, agent) {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, agent })
    asked.setTimeout(patienceMs, () => asked.destroy(new Error(`no answer in ${patienceMs / 1_000} s`)))
    asked.once('error', (error) => reject(asked.reusedSocket ? new ClosedWhileKept(error.message) : error))
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
