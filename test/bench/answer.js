import { request } from 'node:http'
import { hosts, pathsOfHost } from './route-table.js'

/** @typedef {import('./cases.js').BenchCase} BenchCase */

/**
 * Asks once: a gateway that answers wrongly is fast for nothing.
 * @param {BenchCase} one
 * @param {number} port
 * @returns {Promise<void>}
 */
export function checkAnswer(one, port) {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, agent: false, method: one.method, ...whereOf(one) })
    asked.setTimeout(5_000, () => asked.destroy(new Error('no answer in time')))
    asked.once('error', reject)
    asked.once('response', (response) => {
      let bytes = 0
      response.on('data', (/** @type {Buffer} */ part) => (bytes += part.length))
      response.once('error', reject)
      response.once('end', () => {
        if (response.statusCode === 200 && bytes === one.responseBytes) resolve()
        else reject(new Error(`the answer has status ${response.statusCode} and ${bytes} bytes`))
      })
    })
    asked.end(Buffer.alloc(one.bodyBytes, 'x'))
  })
}

/** @param {BenchCase} one */
function whereOf({ path, fields, chunked, scene }) {
  if (scene === 'table') return { path: pathsOfHost.at(-1), headers: { Host: hosts.at(-1) } }
  return { path, headers: chunked ? { ...fields, 'Transfer-Encoding': 'chunked' } : fields }
}
