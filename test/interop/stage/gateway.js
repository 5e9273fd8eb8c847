// railscale as its users have it: the built command in a process of its own, with metrics and a log.
import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { Program } from './program.js'
import { eventually } from './within.js'
import { parsedJson } from './json-text.js'

const command = fileURLToPath(new URL('../../../bin/railscale.js', import.meta.url))

/**
 * A line of the log.
 * @typedef {{ host: string, path: string, status: number, error: string | undefined, responseBytes: number }} LogLine
 */

/**
 * The same with the keys that the man page names.
 * @typedef {Record<string, string | number | undefined>} LogMembers
 */

/**
 * What a line of the JSON log says.
 * @param {string} text
 * @returns {LogLine}
 */
function logLine(text) {
  const line = membersOf(text)
  const error = line['error.type']
  return {
    host: String(line['server.address'] ?? ''),
    path: String(line['url.path'] ?? ''),
    status: Number(line['http.response.status_code'] ?? 0),
    error: error === undefined ? undefined : String(error),
    responseBytes: Number(line['http.response.body.size']),
  }
}

/** @param {string} text @returns {LogMembers} */
function membersOf(text) {
  return /** @type {LogMembers} */ (parsedJson(text))
}

export class Gateway {
  /**
   * @param {readonly string[]} routes
   * @param {readonly string[]} options
   * @param {string} listen
   */
  constructor(routes, options, listen) {
    const listeners = ['--listen', listen, '--metrics', '127.0.0.1:0']
    const given = routes.flatMap((route) => ['--route', route])
    const args = [
      command,
      'serve',
      ...listeners,
      '--log',
      'json',
      '--drain-timeout',
      '2s',
      ...options,
      ...given,
    ]
    this.program = new Program(process.execPath, args)
    this.port = 0
    this.metricsPort = 0
    /** @type {readonly string[]} codes of the failures that the log has to have, each once or more */
    this.expectedErrors = []
    /** @type {readonly string[]} codes of failures that the log may have */
    this.possibleErrors = []
  }

  /** Waits until it listens. */
  async ready() {
    const [, metrics] = await this.program.untilPrinted(/^metrics on http:\/\/127\.0\.0\.1:(\d+)\//m)
    this.metricsPort = Number(metrics)
    this.port = Number(/^listening on http:\/\/127\.0\.0\.1:(\d+)$/m.exec(this.program.output)?.[1] ?? 0)
  }

  get url() {
    return `http://127.0.0.1:${this.port}`
  }

  /** What has been logged so far. */
  get log() {
    const lines = this.program.errors.split('\n').slice(0, -1)
    return lines.map(logLine)
  }

  /** The same, as it stands there. */
  get logMembers() {
    return this.program.errors.split('\n').slice(0, -1).map(membersOf)
  }

  /**
   * The log, once it has `count` lines.
   * @param {number} count
   * @returns {Promise<LogLine[]>}
   */
  logged(count) {
    return eventually(
      () => (this.log.length >= count ? this.log : undefined),
      10,
      `${count} lines of the log`,
    )
  }

  /** The page of metrics, as Prometheus would read it. */
  async metricsPage() {
    const response = await fetch(`http://127.0.0.1:${this.metricsPort}/metrics`)
    return response.text()
  }

  /**
   * The sum of a metric over its labels.
   * @param {string} name without railscale_
   */
  async metric(name) {
    const pattern = new RegExp(`^railscale_${name}(?:\\{.*\\})? (\\S+)$`, 'gm')
    const samples = [...(await this.metricsPage()).matchAll(pattern)]
    assert.notEqual(samples.length, 0, `there is no metric ${name}`)
    return samples.reduce((sum, [, value]) => sum + Number(value), 0)
  }

  /** Waits until all its clients are gone. */
  async untilIdle() {
    const ask = async () => ((await this.metric('connections_active')) === 0 ? true : undefined)
    await eventually(ask, 10, 'all clients to be gone')
  }

  /** Ends it as an operator would. Its end has to be a good one, and its log to tell of no failure but those expected. */
  async finish() {
    assert.equal(await this.program.stop(), 0, 'railscale ends with code 0 when it is told to')
    const known = [...this.expectedErrors, ...this.possibleErrors]
    const codes = this.log.flatMap(({ error }) => error ?? [])
    const unexpected = this.log.filter(({ error }) => error !== undefined && !known.includes(error))
    assert.deepEqual(unexpected, [], 'the log tells of no other failure')
    for (const code of this.expectedErrors) assert.ok(codes.includes(code), `the log tells of ${code}`)
  }
}
