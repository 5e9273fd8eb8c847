import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { curl } from '../stage/curl.js'
import { accepting, freePort } from '../stage/ports.js'
import { run } from '../stage/program.js'
import { sampleOrigin } from '../stage/sample-origin.js'
import { check } from '../stage/stage.js'
import { opened, webSocketOrigin } from '../stage/websockets.js'
import { eventually } from '../stage/within.js'

/** @typedef {import('../stage/stage.js').Stage} Stage */
/** @typedef {{ metric: Record<string, string>, value: [number, string] }} Sample */

/**
 * A gateway that has had something to do: seven connections, an error, a WebSocket.
 * @param {Stage} stage
 */
async function busyGateway(stage) {
  const origin = await sampleOrigin(stage)
  const live = await webSocketOrigin(stage)
  const gateway = await stage.gateway([
    `app.test -> 127.0.0.1:${origin.port} name=app`,
    `live.test -> 127.0.0.1:${live.port} name=live`,
  ])
  gateway.expectedErrors = ['NO_ROUTE']
  for (const path of ['bytes/1000', 'chunked/100000', 'status/503', 'bytes/5']) {
    await curl(['-o', '/dev/null', '-H', 'Host: app.test', `${gateway.url}/${path}?[1-3]`])
  }
  await curl(['-H', 'Host: app.test', '-d', 'x', `${gateway.url}/received`])
  await curl([gateway.url])
  await opened(stage, live.sockets, gateway.url, [], { headers: { Host: 'live.test' } })
  return gateway
}

/**
 * Prometheus that scrapes a gateway each second.
 * @param {Stage} stage
 * @param {number} metricsPort
 */
async function startPrometheus(stage, metricsPort) {
  const port = await freePort()
  const file = join(stage.folder, 'prometheus.yml')
  const scrape = '{ job_name: railscale, scrape_interval: 1s, scrape_timeout: 1s'
  writeFileSync(
    file,
    `scrape_configs: [${scrape}, static_configs: [{ targets: ['127.0.0.1:${metricsPort}'] }] }]\n`,
  )
  const storage = `--storage.tsdb.path=${join(stage.folder, 'storage')}`
  const listen = `--web.listen-address=127.0.0.1:${port}`
  await accepting(
    stage.program('prometheus', [`--config.file=${file}`, storage, listen, '--log.level=warn']),
    port,
  )
  return new Prometheus(port)
}

class Prometheus {
  /** @param {number} port */
  constructor(port) {
    this.port = port
  }

  /** @param {string} path @param {Record<string, string>} [parameters] @returns {Promise<unknown>} */
  async ask(path, parameters = {}) {
    const response = await fetch(
      `http://127.0.0.1:${this.port}/api/v1/${path}?${String(new URLSearchParams(parameters))}`,
    )
    // While it is starting it says so, in plain text.
    if (response.status === 503) return undefined
    const answer = /** @type {{ status: string, error?: string, data: unknown }} */ (await response.json())
    assert.equal(answer.status, 'success', answer.error)
    return answer.data
  }

  /** The value of an expression that has one; undefined until there is one. @param {string} query */
  async value(query) {
    const data = /** @type {{ result: Sample[] } | undefined} */ (await this.ask('query', { query }))
    const text = data?.result[0]?.value[1]
    return text === undefined ? undefined : Number(text)
  }

  /** Waits until an expression has this value. @param {string} query @param {number} expected */
  async until(query, expected) {
    let last = NaN
    const ask = async () => {
      last = (await this.value(query)) ?? NaN
      return last === expected ? true : undefined
    }
    await eventually(ask, 30, `${query} to be ${expected}`).catch((error) =>
      assert.equal(last, expected, String(error)),
    )
  }
}

check('Prometheus scrapes the metrics of what has happened', async (stage) => {
  const gateway = await busyGateway(stage)
  const prometheus = await startPrometheus(stage, gateway.metricsPort)
  await prometheus.until('railscale_connections_total', 7)
  await prometheus.until('railscale_connections_active', 1)
  await prometheus.until('railscale_connection_errors_total{code="NO_ROUTE"}', 1)
  await prometheus.until('sum(railscale_connection_errors_total)', 1)
  await prometheus.until('up', 1)
  await curl(['-H', 'Host: app.test', `${gateway.url}/cookies?[1-5]`])
  await prometheus.until('railscale_connections_total', 8)
  const median = 'histogram_quantile(0.5, sum by (le) (railscale_response_relay_duration_seconds_bucket))'
  const seconds = await prometheus.value(median)
  assert.ok(seconds !== undefined && seconds > 0 && seconds < 10, `the median is ${seconds} s`)
  assert.equal(await prometheus.value('count({__name__=~"railscale_.+"}) > bool 20'), 1)
})

check('Prometheus knows type and help of each metric, and has no complaint', async (stage) => {
  const gateway = await busyGateway(stage)
  const prometheus = await startPrometheus(stage, gateway.metricsPort)
  await prometheus.until('up', 1)
  const metadata = /** @type {Record<string, { type: string, help: string }[]>} */ (
    await prometheus.ask('metadata')
  )
  const ours = Object.entries(metadata).filter(([name]) => name.startsWith('railscale_'))
  assert.ok(ours.length >= 10)
  for (const [name, [known]] of ours) {
    assert.ok(known?.help, `${name} has a help`)
    const types = name.endsWith('_total') ? ['counter'] : ['gauge', 'histogram']
    assert.ok(types.includes(known.type), `${name} is a ${known.type}`)
  }
  const { activeTargets } = /** @type {{ activeTargets: { lastError: string, health: string }[] }} */ (
    await prometheus.ask('targets')
  )
  assert.deepEqual(
    activeTargets.map(({ lastError, health }) => [lastError, health]),
    [['', 'up']],
  )
})

check('promtool has nothing to say of the metrics page', async (stage) => {
  const gateway = await busyGateway(stage)
  const page = await gateway.metricsPage()
  const { status, text, errors } = await run('promtool', ['check', 'metrics'], { input: page })
  assert.deepEqual({ status, text, errors }, { status: 0, text: '', errors: '' })
})
