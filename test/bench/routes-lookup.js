// How long a look-up takes. Arguments: module, file, how many routes. Prints nanoseconds.
import { argv, hrtime } from 'node:process'
import { loadedLibrary } from './loaded-library.js'
import { manyRequests } from './many-routes.js'

/** Few enough for a 99th percentile that says something, many enough that the clock costs nothing. */
const batch = 16
const batches = 40_000
const warmUp = 10_000

const [, , module = '', file = '', count = ''] = argv
const { RoutesLoader } = await loadedLibrary(module)
const { table } = new RoutesLoader({ routes: [file] }, {}).compile()
if (table === undefined) throw new Error('there is no table')

const requests = manyRequests(Number(count), 60_000)
/** @type {string[]} */
const values = ['1']
/** @type {string[]} */
const none = []
const canary = { valuesOf: (/** @type {string} */ name) => (name === 'x-canary' ? values : none) }
const plain = { valuesOf: () => none }

const times = new Float64Array(batches)
let found = 0
for (let i = -warmUp; i < batches; i++) {
  const keys = Array.from({ length: batch }, (_, j) => freshKey((i + warmUp) * batch + j))
  const begun = hrtime.bigint()
  for (const key of keys) if (table.match(key) !== undefined) found++
  const took = Number(hrtime.bigint() - begun) / batch
  if (i >= 0) times[i] = took
}
if (found !== (batches + warmUp) * batch) throw new Error(`${found} were found`)
times.sort()
console.log(JSON.stringify({ median: times[batches >> 1], p99: times[Math.floor(batches * 0.99)] }))

/** As a head has them: strings that nothing has looked at yet. @param {number} at */
function freshKey(at) {
  const request = /** @type {(typeof requests)[number]} */ (requests[(at * 7) % requests.length])
  const { host, path, method } = request
  return {
    host: copy(host),
    path: copy(path),
    query: undefined,
    method,
    listenerPort: 80,
    fields: request.canary ? canary : plain,
  }
}

/** @param {string} text */
function copy(text) {
  return Buffer.from(text, 'latin1').toString('latin1')
}
