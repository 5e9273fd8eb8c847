// The part of lib that reads routes, made as dist is made, in a folder of its own: dist itself exports none of it.
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { rollup } from 'rollup'
import options from '../../lib/rollup.config.js'

const entry = fileURLToPath(new URL('../../lib/cli/routes-sources.ts', import.meta.url))
const name = 'routes.mjs'

/**
 * @param {string} folder
 * @returns {Promise<string>} the URL of a module that exports RoutesLoader
 */
export async function buildLibrary(folder) {
  const bundle = await rollup({
    ...options,
    input: entry,
    preserveEntrySignatures: 'strict',
    plugins: pluginsOf(options),
  })
  await bundle.write({ dir: folder, entryFileNames: name, chunkFileNames: '[name].mjs' })
  await bundle.close()
  return pathToFileURL(join(folder, name)).href
}

/** Without what belongs to dist alone: that it is emptied, and its licences. @param {import('rollup').RollupOptions} from */
function pluginsOf({ plugins }) {
  const all = /** @type {readonly import('rollup').Plugin[]} */ (plugins)
  return all
    .filter((plugin) => plugin.name !== 'licences')
    .map(({ renderStart: _empties, ...plugin }) => plugin)
}
