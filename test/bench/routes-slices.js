// How long the event loop is kept from turning while a table is compiled in slices. Arguments: module, file. Prints
// milliseconds: the longest pause, and the whole.
import { argv } from 'node:process'
import { loadedLibrary } from './loaded-library.js'

const [, , module = '', file = ''] = argv
const { RoutesLoader } = await loadedLibrary(module)
const loader = new RoutesLoader({ routes: [file] }, {})
// A gateway that compiles in slices has compiled before.
loader.compile()

let last = performance.now()
let longest = 0
let over = false
const turn = () => {
  const now = performance.now()
  longest = Math.max(longest, now - last)
  last = now
  if (!over) setImmediate(turn)
}
await new Promise((resolve) => setTimeout(resolve, 100))
const begun = (last = performance.now())
setImmediate(turn)
const { table } = await loader.compileInSlices()
turn()
over = true
if (table === undefined) throw new Error('there is no table')
console.log(JSON.stringify({ longest, ms: performance.now() - begun }))
