// How long a fresh process takes to read and compile a routes file. Arguments: module, file. Prints milliseconds.
import { argv } from 'node:process'
import { loadedLibrary } from './loaded-library.js'

const [, , module = '', file = ''] = argv
const { RoutesLoader } = await loadedLibrary(module)
const begun = performance.now()
const { table, mistakes } = new RoutesLoader({ routes: [file] }, {}).compile()
const ms = performance.now() - begun
if (table === undefined) throw new Error(mistakes[0]?.message)
console.log(JSON.stringify({ ms, routes: table.routes.length }))
