// The module that built-library.js has made, for the processes that measure it.

/**
 * @param {string} module its URL
 * @returns {Promise<typeof import('../../lib/cli/routes-sources.js')>}
 */
export async function loadedLibrary(module) {
  /** @type {unknown} */
  const loaded = await import(module)
  return /** @type {typeof import('../../lib/cli/routes-sources.js')} */ (loaded)
}
