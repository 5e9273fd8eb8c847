/** A change of the fields of a message: a field is set (all of its lines are replaced), added, or removed. */
export interface FieldChange {
  readonly action: 'set' | 'add' | 'remove'
  readonly name: string
  /** '' for `remove`. */
  readonly value: string
}

/**
 * Field lines with `changes` made in them, one after another; what is set or added stands behind the others.
 * @param lines each with its line end
 */
export function changedLines(lines: string, changes: readonly FieldChange[]): string {
  let kept = lines.split('\r\n').slice(0, -1)
  for (const { action, name, value } of changes) {
    if (action !== 'add') kept = kept.filter((line) => !isCalled(line, name))
    if (action !== 'remove') kept.push(`${name}: ${value}`)
  }
  return kept.map((line) => `${line}\r\n`).join('')
}

function isCalled(line: string, name: string): boolean {
  return line[name.length] === ':' && line.slice(0, name.length).toLowerCase() === name.toLowerCase()
}
