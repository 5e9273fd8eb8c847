import type { Compiled } from '../routes/compile.js'
import type { ListenedPorts } from '../routes/lint.js'
import { lintRoutes, type LintName } from '../routes/lints.js'
import { countMistakes, hasErrors, type Mistake } from '../routes/mistake.js'
import type { Route } from '../routes/route.js'
import type { ListenerPort } from '../routes/route-table.js'
import { exitCodes } from './exit-codes.js'
import { unheardPorts } from './listener-ports.js'
import { liveMistakes } from './live-check-words.js'
import type { LiveOrigin } from './live-check.js'
import { mistakesCode } from './routes-sources.js'

/**
 * What a mistake is about: the language or the routes themselves, a test that failed, a port on which nothing
 * listens, or what a lint looks for.
 */
export type MistakeKind = 'routes' | 'test' | 'unheard-port' | LintName

export interface CheckMistake extends Mistake {
  readonly kind: MistakeKind
}

/** What a check has found. */
export interface CheckReport {
  /** All that were read, as messages name them. */
  readonly files: readonly string[]
  /** How many there are. */
  readonly routes: number
  readonly tests: { readonly passed: number; readonly failed: number }
  /** In the order of the files and of the places in them. */
  readonly mistakes: readonly CheckMistake[]
  /** The origins that were dialled; undefined if that was not asked for, or the routes are wrong. */
  readonly live: readonly LiveOrigin[] | undefined
}

/** What compiler and lints find. @param ports those that will be listened on */
export function checkRoutes(compiled: Compiled, ports: ListenedPorts): CheckReport {
  const { files, routes, tests, mistakes } = compiled
  const found = mistakes.map((mistake) => ({ ...mistake, kind: kindOf(mistake) }))
  const unheard = ports === undefined ? [] : unheardPorts(routes.flatMap(boundPorts), ports)
  const lints = lintRoutes(compiled, ports)
  const failed = found.filter(({ kind }) => kind === 'test').length
  // Where the routes are wrong no test has run.
  const ran = isWrong(found) ? 0 : tests.length
  return {
    files,
    routes: routes.length,
    tests: { passed: Math.max(0, ran - failed), failed },
    mistakes: inOrder(
      [...found, ...unheard.map((mistake) => ({ ...mistake, kind: 'unheard-port' as const })), ...lints],
      files,
    ),
    live: undefined,
  }
}

function boundPorts(route: Route): ListenerPort[] {
  const ports = new Set(route.hosts.map(({ listenerPort }) => listenerPort))
  return [...ports].filter((port) => port !== undefined).map((port) => ({ port, route }))
}

function kindOf({ test }: Mistake): 'routes' | 'test' {
  return test === true ? 'test' : 'routes'
}

/** Whether there are mistakes that keep routes from being served, beside tests that fail. */
export function isWrong(mistakes: readonly CheckMistake[]): boolean {
  return hasErrors(mistakes.filter(({ kind }) => kind !== 'test'))
}

/** What there is to tell of routes and origins. */
export function allMistakes({ mistakes, live = [] }: CheckReport): readonly Mistake[] {
  return [...mistakes, ...liveMistakes(live)]
}

/** Warnings do not count. */
export function codeOf(report: CheckReport): number {
  const code = mistakesCode(report.mistakes)
  const unanswered = report.live?.some(({ dial }) => dial.error !== undefined) === true
  return code === exitCodes.fine.code && unanswered ? exitCodes.failed.code : code
}

/** The report in a line: `2 errors, 1 warning`, or `routes.txt: 12 routes, 4 tests: fine`. */
export function summaryOf(report: CheckReport): string {
  const count = countMistakes(allMistakes(report))
  return count === '' ? `${filesText(report)}: ${countsText(report)}: fine` : count
}

function filesText({ files: [first = 'routes', ...others] }: CheckReport): string {
  return others.length === 0 ? first : `${first} and ${others.length} more`
}

function countsText({ routes, tests, live = [] }: CheckReport): string {
  const counts = [counted(routes, 'route')]
  if (tests.passed > 0) counts.push(counted(tests.passed, 'test'))
  if (live.length > 0) counts.push(counted(live.length, 'origin'))
  return counts.join(', ')
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** By file and place; what is about a whole file comes last in it. */
function inOrder(mistakes: readonly CheckMistake[], files: readonly string[]): readonly CheckMistake[] {
  const order = new Map(files.map((file, i) => [file, i]))
  const rank = ({ place }: Mistake): number => order.get(place.file) ?? order.size
  const line = ({ place }: Mistake): number => (place.line === 0 ? Infinity : place.line)
  return [...mistakes].sort(
    (a, b) => rank(a) - rank(b) || compare(line(a), line(b)) || a.place.column - b.place.column,
  )
}

/** Infinity is as large as itself. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a - b
}
