// A gateway under load, and what of it is left when the load is gone.
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { residentMegabytes } from '../bench/accounting.js'
import { startRailscale } from '../bench/gateways.js'
import { readJson } from '../bench/json-file.js'
import { ended, freePort, stop } from '../bench/processes.js'

/** @typedef {import('../bench/processes.js').Running} Running */
/** @typedef {import('../bench/session.js').Session} Session */

/**
 * What a gateway has when nothing is asked of it.
 * @typedef {object} Rest
 * @property {number} files that are open
 * @property {number} live megabytes of the heap that are in use after a garbage collection
 * @property {number} resident megabytes
 */

/** Longer than an upstream connection is kept, and than a client has to read its last answer. */
const restSeconds = 45
const pollMs = 100

export class WatchedGateway {
  /** @param {Running} running @param {string} memoryFile @param {number} metricsPort */
  constructor(running, memoryFile, metricsPort) {
    this.metricsPort = metricsPort
    this.pid = running.pid
    this.port = running.port
    this.child = running.child
    this.memoryFile = memoryFile
    this.asked = 0
    /** Open files before any client came. */
    this.filesAtStart = this.files
    this.peakMegabytes = 0
    /** @type {NodeJS.Timeout | undefined} */
    this.sampling = undefined
  }

  /**
   * @param {Session} session
   * @param {number} originPort
   * @param {string} name of its folder
   * @param {readonly string[]} options of serve
   */
  static async start({ folder, gatewayCore }, originPort, name, options = []) {
    const own = join(folder, name)
    mkdirSync(own)
    const memoryFile = join(own, 'memory.json')
    const place = { folder: own, core: gatewayCore, originPort, scene: /** @type {const} */ ('plain') }
    const metricsPort = await freePort()
    const running = await startRailscale(place, ['--metrics', `127.0.0.1:${metricsPort}`, ...options], {
      preload: fileURLToPath(new URL('live-memory.js', import.meta.url)),
      environment: { LOAD_MEMORY_FILE: memoryFile },
    })
    return new WatchedGateway(running, memoryFile, metricsPort)
  }

  /** How many files it has open, sockets and all. */
  get files() {
    return readdirSync(`/proc/${this.pid}/fd`).length
  }

  get alive() {
    return !ended(this.child)
  }

  /** What its metrics say now. @param {string} series without railscale_ */
  async metric(series) {
    const response = await fetch(`http://127.0.0.1:${this.metricsPort}/metrics`, {
      headers: { connection: 'close' },
    })
    const line = (await response.text()).split('\n').find((one) => one.startsWith(`railscale_${series} `))
    if (line === undefined) throw new Error(`there is no metric ${series}`)
    return Number(line.split(' ').at(-1))
  }

  /** Looks at its memory again and again until it is at rest. */
  watch() {
    this.peakMegabytes = 0
    const look = () => {
      if (this.alive) this.peakMegabytes = Math.max(this.peakMegabytes, residentMegabytes(this.pid))
    }
    look()
    this.sampling = setInterval(look, 250)
  }

  /**
   * Waits until it has no more files open than at its start, or until that would have to be so.
   * @returns {Promise<Rest>}
   */
  async atRest() {
    const deadline = performance.now() + restSeconds * 1_000
    while (this.files > this.filesAtStart && performance.now() < deadline) await after(pollMs)
    clearInterval(this.sampling)
    const live = await this.#liveMegabytes()
    return { files: this.files, live, resident: residentMegabytes(this.pid) }
  }

  async stop() {
    clearInterval(this.sampling)
    await stop(this.child)
  }

  async #liveMegabytes() {
    this.asked++
    process.kill(this.pid, 'SIGUSR2')
    for (;;) {
      await after(pollMs)
      if (!this.alive) throw new Error('the gateway has ended')
      if (!existsSync(this.memoryFile)) continue
      const { asked, live } = /** @type {{ asked: number, live: number }} */ (readJson(this.memoryFile))
      if (asked >= this.asked) return live / 1e6
    }
  }
}
