import type { Compiled } from './compilation.js'
import { equalRank } from './lint-equal-rank.js'
import { idleStrips } from './lint-idle-strip.js'
import { neverReached } from './lint-never-reached.js'
import { unnamedTestHosts } from './lint-test-host.js'
import { unusedVariables } from './lint-unused-variable.js'
import type { Lint, ListenedPorts } from './lint.js'
import type { Mistake, Place } from './mistake.js'

interface LintRow {
  /** What it finds. */
  readonly text: string
  readonly find: Lint
}

/** The one table of lints. A route is told of the first one alone that finds the whole of it odd. */
export const lintTable = {
  'never-reached': {
    text: 'other routes take all requests of a route',
    find: neverReached,
  },
  'equal-rank': {
    text: 'two routes of equal rank can take the same request; the earlier line does',
    find: equalRank,
  },
  'idle-strip': {
    text: 'strip or prefix= changes no path',
    find: idleStrips,
  },
  'unused-variable': {
    text: 'a variable is set, and nothing uses it',
    find: unusedVariables,
  },
  'test-host': {
    text: 'a test asks for a host that no route names',
    find: unnamedTestHosts,
  },
} as const satisfies Record<string, LintRow>

export type LintName = keyof typeof lintTable

/** What a lint has found. */
export interface LintMistake extends Mistake {
  readonly kind: LintName
}

/**
 * What all lints find, lint by lint. At a place at which there is an error already nothing is said.
 * @param ports those that will be listened on
 */
export function lintRoutes(compiled: Compiled, ports: ListenedPorts): readonly LintMistake[] {
  const errors = compiled.mistakes.filter(({ severity }) => severity === 'error')
  const told = new Set<Place>(errors.map(({ place }) => place))
  const found: LintMistake[] = []
  for (const [kind, { find }] of Object.entries(lintTable) as [LintName, LintRow][]) {
    for (const mistake of find(compiled, ports)) {
      if (told.has(mistake.place)) continue
      told.add(mistake.place)
      found.push({ ...mistake, kind })
    }
  }
  return found
}
