// One run of wrk, and what it cost the gateway.
import { writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { cpuMicroseconds, residentMegabytes } from './accounting.js'
import { ended, outputOf, startPinned } from './processes.js'

/** @typedef {import('./cases.js').BenchCase} BenchCase */

/**
 * What one run against one gateway gave.
 * @typedef {object} Figures
 * @property {number} cpu microseconds of CPU time per request, user and system of the whole process tree
 * @property {number} perSecond requests
 * @property {string} p50 as wrk prints it
 * @property {string} p99
 * @property {number} megabytes resident afterwards
 * @property {string} trouble what wrk complained of
 */

/**
 * @param {BenchCase} one
 * @param {import('./processes.js').Running} gateway
 * @param {{ core: number, seconds: number, folder: string }} load
 * @returns {Promise<Figures>}
 */
export async function measureOnce(one, { port, pid, child }, { core, seconds, folder }) {
  const script = join(folder, `${one.name}.lua`)
  writeFileSync(script, luaOf(one))
  const args = ['-t1', `-c${one.connections}`, `-d${seconds}s`, '--latency', '-s', script]
  const before = cpuMicroseconds(pid)
  const output = await outputOf(startPinned(core, 'wrk', [...args, `http://127.0.0.1:${port}${one.path}`]))
  const used = cpuMicroseconds(pid) - before
  if (ended(child)) throw new Error('it ended while it was measured')
  const [requests = 0, took = seconds] = match(/([0-9]+) requests in ([0-9.]+)s/, output).map(Number)
  return {
    cpu: requests === 0 ? Infinity : used / requests,
    perSecond: requests / took,
    p50: match(/^\s+50%\s+(\S+)/m, output)[0] ?? '',
    p99: match(/^\s+99%\s+(\S+)/m, output)[0] ?? '',
    megabytes: residentMegabytes(pid),
    trouble: (output.match(/(?:Non-2xx|Socket errors).*/g) ?? []).join('; '),
  }
}

/** @param {RegExp} pattern @param {string} text */
function match(pattern, text) {
  return pattern.exec(text)?.slice(1) ?? []
}

/** The request of a case, for wrk. @param {BenchCase} one */
function luaOf({ method, fields, bodyBytes }) {
  const lines = Object.entries(fields).map(
    ([name, value]) => `wrk.headers[${JSON.stringify(name)}] = ${JSON.stringify(value)}`,
  )
  if (bodyBytes > 0) lines.push(`wrk.body = string.rep("x", ${bodyBytes})`)
  return `wrk.method = "${method}"\n${lines.join('\n')}\n`
}

/**
 * Asks once: a gateway that answers wrongly is fast for nothing.
 * @param {BenchCase} one
 * @param {number} port
 * @returns {Promise<void>}
 */
export function checkAnswer(one, port) {
  const { method, path, fields, bodyBytes, responseBytes } = one
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, method, path, headers: fields, agent: false })
    asked.setTimeout(5_000, () => asked.destroy(new Error('no answer in time')))
    asked.once('error', reject)
    asked.once('response', (response) => {
      let bytes = 0
      response.on('data', (/** @type {Buffer} */ part) => (bytes += part.length))
      response.once('error', reject)
      response.once('end', () => {
        if (response.statusCode === 200 && bytes === responseBytes) resolve()
        else reject(new Error(`the answer has status ${response.statusCode} and ${bytes} bytes`))
      })
    })
    asked.end(Buffer.alloc(bodyBytes, 'x'))
  })
}
