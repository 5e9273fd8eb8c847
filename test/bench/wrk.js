// wrk, told what a case asks for.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { outputOf, startPinned } from './processes.js'
import { hosts, pathsOfHost } from './route-table.js'
import { microseconds } from './spans.js'

/** @typedef {import('./cases.js').BenchCase} BenchCase */

/**
 * What a load says of one run.
 * @typedef {object} LoadReport
 * @property {number} requests that were answered
 * @property {number} seconds that it took
 * @property {number} p50 microseconds
 * @property {number} p99 microseconds
 * @property {string} trouble '' if there was none
 */

/**
 * @typedef {object} Load
 * @property {number} core
 * @property {number} seconds
 * @property {string} folder
 * @property {number} [patience] seconds after which an answer is too late (2)
 */

/** How much longer than asked for a load may take, in seconds. */
export const graceSeconds = 30

/**
 * @param {BenchCase} one
 * @param {number} port
 * @param {Load} load
 * @returns {Promise<LoadReport>}
 */
export async function wrkLoad(one, port, { core, seconds, folder, patience = 2 }) {
  const script = join(folder, `${one.name}.lua`)
  writeFileSync(script, luaOf(one))
  const args = [
    '-t1',
    `-c${one.connections}`,
    `-d${seconds}s`,
    '--timeout',
    `${patience}s`,
    '--latency',
    '-s',
    script,
  ]
  const wrk = startPinned(core, 'wrk', [...args, `http://127.0.0.1:${port}${one.path}`])
  const output = await outputOf(wrk, seconds + graceSeconds)
  // In minutes it has two digits, and what was asked for is nearer the truth.
  const [requests = 0, took = ''] = match(/([0-9]+) requests in ([0-9.]+m?s?)/, output)
  return {
    requests: Number(requests),
    seconds: took.endsWith('s') ? microseconds(took) / 1e6 : seconds,
    p50: microseconds(match(/^\s+50%\s+(\S+)/m, output)[0] ?? ''),
    p99: microseconds(match(/^\s+99%\s+(\S+)/m, output)[0] ?? ''),
    trouble: (output.match(/(?:Non-2xx|Socket errors).*/g) ?? []).join('; '),
  }
}

/** @param {RegExp} pattern @param {string} text */
function match(pattern, text) {
  return pattern.exec(text)?.slice(1) ?? []
}

/** The request of a case. @param {BenchCase} one */
function luaOf(one) {
  const { method, fields, bodyBytes, chunked, scene } = one
  const lines = Object.entries(fields).map(
    ([name, value]) => `wrk.headers[${quoted(name)}] = ${quoted(value)}`,
  )
  lines.unshift(`wrk.method = "${method}"`)
  if (chunked) lines.push(chunkedRequest(bodyBytes))
  else if (bodyBytes > 0) lines.push(`wrk.body = string.rep("x", ${bodyBytes})`)
  if (scene === 'table') lines.push(tableRequests)
  return lines.join('\n') + '\n'
}

/** @param {string} text */
const quoted = (text) => JSON.stringify(text)

/** @param {number} bytes a multiple of 4 KiB */
function chunkedRequest(bytes) {
  return `
-- wrk calls it when it has set Host.
wrk.headers["Transfer-Encoding"] = "chunked"
local whole
function init()
  local chunk = "1000\\r\\n" .. string.rep("x", 4096) .. "\\r\\n"
  whole = wrk.format() .. string.rep(chunk, ${bytes / 4_096}) .. "0\\r\\n\\r\\n"
end
function request() return whole end`
}

/** Each route in turn, neighbours far apart. */
const tableRequests = `
local all, at = {}, 0
function init()
  for host = 0, ${hosts.length - 1} do
    for path = 0, ${pathsOfHost.length - 1} do
      all[#all + 1] = wrk.format(nil, "/route-" .. path, { Host = "host-" .. host .. ".test" })
    end
  end
end
function request()
  at = (at + 7919) % #all
  return all[at + 1]
end`
