import { hasErrors, type Mistake, type Place } from './mistake.js'
import { parseRoute } from './parse-route.js'
import type { Route } from './route.js'
import { RouteTable } from './route-table.js'
import type { Variables } from './variables.js'
import type { RoutesSource, SourceLine } from './routes-file.js'
import type { FileReader } from './side-file.js'
import { statements } from './statement.js'

export interface Compiled {
  /** undefined where there is an error. */
  readonly table: RouteTable | undefined
  /** In the order of the sources and of the places in them. */
  readonly mistakes: readonly Mistake[]
}

/**
 * Compiles routes files into one table, and finds all mistakes in one go.
 * @param variables what ${NAME} stands for
 * @param readFile reads the files that routes name; without it there are none
 */
export function compileRoutes(
  sources: readonly RoutesSource[],
  variables: Variables = {},
  readFile: FileReader = noFiles,
): Compiled {
  const mistakes: Mistake[] = []
  const lines = new Map<Route, SourceLine>()
  for (const source of sources) {
    for (const statement of statements(source, variables, (mistake) => mistakes.push(mistake))) {
      const route = parseRoute(statement, readFile)
      if (route !== undefined) lines.set(route, statement[0].line)
    }
  }
  const table = new RouteTable([...lines.keys()], (route, before) => reportTwice(route, before, lines))
  checkNames(lines)
  if (table.routes.length === 0 && !hasErrors(mistakes)) mistakes.push(noRoutes(sources))
  mistakes.sort(
    ({ place: a }, { place: b }) =>
      order(sources, a) - order(sources, b) || a.line - b.line || a.column - b.column,
  )
  return { table: hasErrors(mistakes) ? undefined : table, mistakes }
}

function noFiles(): never {
  throw Object.assign(new Error('there are no files here'), { code: 'ENOENT' })
}

function reportTwice(route: Route, before: Route, lines: ReadonlyMap<Route, SourceLine>): void {
  const { file, line } = before.place
  const again = route === before ? 'a host stands here twice' : `${file}:${line} takes the same requests`
  matchError(route, lines, again, 'leave one of them out')
}

function checkNames(lines: ReadonlyMap<Route, SourceLine>): void {
  const named = new Map<string, Route>()
  for (const route of lines.keys()) {
    const before = named.get(route.name)
    if (before === undefined) named.set(route.name, route)
    else if (route.matchText !== before.matchText) {
      matchError(
        route,
        lines,
        `${before.place.file}:${before.place.line} has the name "${route.name}" already`,
        '',
      )
    }
  }
}

function matchError(
  route: Route,
  lines: ReadonlyMap<Route, SourceLine>,
  message: string,
  help: string,
): void {
  const { column, length } = route.place
  lines.get(route)?.error({ text: route.matchText, column, length }, message, help)
}

function noRoutes(sources: readonly RoutesSource[]): Mistake {
  const place = { file: sources[0]?.name ?? 'routes', line: 0, column: 0, length: 0 }
  return {
    severity: 'error',
    place,
    lineText: '',
    message: 'there is no route in it',
    help: 'write one such as: * -> :3000',
  }
}

function order(sources: readonly RoutesSource[], place: Place): number {
  return sources.findIndex((source) => source.name === place.file)
}
