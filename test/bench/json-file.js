import { readFileSync } from 'node:fs'

/**
 * @param {string | URL} file of JSON that we wrote
 * @returns {unknown}
 */
export function readJson(file) {
  /** @type {unknown} */
  const read = JSON.parse(readFileSync(file, 'utf8'))
  return read
}
