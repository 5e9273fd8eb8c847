/**
 * @param {string} text
 * @returns {unknown}
 */
export function parsedJson(text) {
  /** @type {unknown} */
  const value = JSON.parse(text)
  return value
}
