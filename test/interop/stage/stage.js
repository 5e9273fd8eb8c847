// What each test is given: a place to start things in, which all end with the test.
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Gateway } from './gateway.js'
import { Program } from './program.js'
import { within } from './within.js'

/**
 * A test with a sentence for a name.
 * @param {string} sentence
 * @param {(stage: Stage) => Promise<void>} body
 * @param {number} [seconds] at most
 */
export function check(sentence, body, seconds = 60) {
  void test(sentence, async () => {
    const stage = new Stage()
    try {
      await within(body(stage), seconds, 'the test')
      await stage.finish()
    } finally {
      await stage.close()
    }
  })
}

export class Stage {
  /** @type {(() => unknown)[]} */
  #ends = []
  /** @type {Gateway[]} */
  #gateways = []
  /** @type {(() => unknown)[]} */
  #partings = []
  #folder = ''

  /** Does something when the test is over; what was asked for last is done first. @param {() => unknown} end */
  later(end) {
    this.#ends.push(end)
  }

  /** Does something before the gateways are told to end: clients leave, for which they would wait. @param {() => unknown} parting */
  leaving(parting) {
    this.#partings.push(parting)
  }

  /** A folder that is gone when the test is over. */
  get folder() {
    if (this.#folder === '') {
      const folder = mkdtempSync(join(process.env['INTEROP_FOLDER'] ?? tmpdir(), 'railscale-stage-'))
      // Chromium's last process may still write there.
      this.later(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }))
      this.#folder = folder
    }
    return this.#folder
  }

  /**
   * Starts a program.
   * @param {string} name
   * @param {readonly string[]} args
   * @param {import('./program.js').Surroundings} [surroundings]
   */
  program(name, args, surroundings) {
    const program = new Program(name, args, surroundings)
    this.later(() => program.stop())
    return program
  }

  /**
   * Starts the gateway, once it listens.
   * @param {string | readonly string[]} routes a line each
   * @param {readonly string[]} [options]
   * @param {string} [listen]
   */
  async gateway(routes, options = [], listen = '127.0.0.1:0') {
    const gateway = new Gateway([routes].flat(), options, listen)
    this.later(() => gateway.program.stop())
    await gateway.ready()
    this.#gateways.push(gateway)
    return gateway
  }

  async finish() {
    for (const parting of this.#partings.splice(0)) await parting()
    for (const gateway of this.#gateways) await gateway.finish()
  }

  /**
   * Starts an origin on Node's own server.
   * @param {import('node:http').RequestListener} [listener]
   * @param {string | number} [where] a port of 127.0.0.1, or the path of a unix socket
   */
  async origin(listener, where = 0) {
    const server = createServer(listener)
    await new Promise((resolve, reject) => {
      server.once('error', reject)
      if (typeof where === 'number') server.listen(where, '127.0.0.1', () => resolve(true))
      else server.listen(where, () => resolve(true))
    })
    this.later(() => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    })
    const address = server.address()
    return { server, port: typeof address === 'object' && address !== null ? address.port : 0 }
  }

  /** Ends everything. */
  async close() {
    for (const parting of this.#partings) await parting()
    for (const end of this.#ends.reverse()) await end()
  }
}
