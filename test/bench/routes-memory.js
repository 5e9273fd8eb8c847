// What a table holds of memory. Arguments: module, file; node --expose-gc. Prints bytes.
import { argv, memoryUsage } from 'node:process'
import { setTimeout } from 'node:timers/promises'
import { loadedLibrary } from './loaded-library.js'

const [, , module = '', file = ''] = argv
const { RoutesLoader } = await loadedLibrary(module)

/** What is loaded and compiled by V8 for any table is not the table's. */
new RoutesLoader({ route: ['a.test/x header:A=1 -> :1 name=a', '* -> 404 "x"'] }, {}).compile()
const without = await settled()
const { table } = new RoutesLoader({ routes: [file] }, {}).compile()
const held = await settled()
if (table?.match({ host: 'probe.test', path: '/' }) === undefined) throw new Error('the table is not whole')
console.log(JSON.stringify({ rss: held.rss - without.rss, heap: used(held) - used(without) }))

/** Memory goes back to the system step by step. */
async function settled() {
  for (let i = 0; i < 5; i++) {
    await setTimeout(50)
    globalThis.gc?.()
  }
  return memoryUsage()
}

/** @param {NodeJS.MemoryUsage} usage */
function used({ heapUsed, external }) {
  return heapUsed + external
}
