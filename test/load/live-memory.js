// Loaded into the gateway's process before it (node --import): SIGUSR2 collects garbage, and writes as JSON to the file
// in LOAD_MEMORY_FILE what is left.
import { renameSync, writeFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const file = process.env['LOAD_MEMORY_FILE'] ?? ''
setFlagsFromString('--expose-gc')
/** @type {unknown} */
const gc = runInNewContext('gc')
const collect = /** @type {() => void} */ (gc)

let asked = 0
process.on('SIGUSR2', () => {
  collect()
  collect()
  asked++
  // Whoever waits for it must not read half of it.
  writeFileSync(`${file}.new`, JSON.stringify({ asked, live: process.memoryUsage().heapUsed }))
  renameSync(`${file}.new`, file)
})
