/**
 * `value` as JSON in ASCII. JSON itself leaves the control characters above 0x7e as they are, and U+2028, at which some
 * readers end a line.
 * @param indent blanks for each level; none: all on one line
 */
export function asciiJson(value: object | string, indent = 0): string {
  return JSON.stringify(value, undefined, indent).replace(/[^\n -~]/g, escaped)
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
