import type { Compiled } from './compilation.js'
import type { Mistake } from './mistake.js'

/** Variables that a `set` names and nothing uses. */
export function unusedVariables({ unused }: Pick<Compiled, 'unused'>): readonly Mistake[] {
  return unused.map(({ name, token, line }) => ({
    severity: 'warning',
    place: line.place(token),
    lineText: line.text,
    message: `nothing uses the variable ${name}`,
    help: `write \${${name}} where its value belongs, or leave it out`,
  }))
}
