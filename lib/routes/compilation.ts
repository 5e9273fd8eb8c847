import { MistakeList } from './mistake-list.js'
import { hasErrors, type Mistake } from './mistake.js'
import type { Route } from './route.js'
import { RouteTable } from './route-table.js'
import type { RouteTest } from './route-test.js'
import type { RoutesSource } from './routes-file.js'
import type { RoutesFiles } from './side-file.js'
import { SourceReader } from './source-reader.js'
import { failedTest } from './test-outcome.js'
import { VariableScope, type SetVariable, type Variables } from './variables.js'

/** What comes of routes files. */
export interface Compiled {
  /** undefined where there is an error. */
  readonly table: RouteTable | undefined
  /** In the order of the sources and of the places in them; failed tests are among them. */
  readonly mistakes: readonly Mistake[]
  /** Those that could be read, whether there is an error or not. */
  readonly routes: readonly Route[]
  readonly tests: readonly RouteTest[]
  /** The variables that a `set` names and nothing uses. */
  readonly unused: readonly SetVariable[]
  /** The sources, and every file that was read for them, as they are named in messages. */
  readonly files: readonly string[]
}

const routesPerStep = 16

/** Routes files on their way to a table, step by step. */
export class Compilation {
  readonly #scope: VariableScope
  readonly #mistakes = new MistakeList()
  readonly #reader: SourceReader
  readonly #table = new RouteTable()

  constructor(variables: Variables, files: RoutesFiles) {
    this.#scope = new VariableScope(variables)
    this.#reader = new SourceReader(this.#scope, files, this.#mistakes)
  }

  /** Reads `sources`, makes the table, and runs the tests; one step is at most 16 statements, 16 routes, or a test. */
  *steps(sources: readonly RoutesSource[]): Generator<void> {
    for (const source of sources) yield* this.#reader.read(source)
    for (const [i, route] of this.#reader.routes.entries()) {
      this.#add(route)
      if (i % routesPerStep === 0) yield
    }
    if (this.#reader.routes.length === 0 && this.#mistakes.errors === 0)
      this.#mistakes.report(noRoutes(sources))
    if (this.#mistakes.errors === 0) yield* this.#test()
  }

  get result(): Compiled {
    const mistakes = this.#mistakes.inOrder(this.#reader.files)
    const { routes, tests, files } = this.#reader
    const table = hasErrors(mistakes) ? undefined : this.#table
    return { table, mistakes, routes, tests, unused: this.#scope.unused, files: [...files] }
  }

  #add(route: Route): void {
    const namesake = this.#table.named(route.name)
    const befores = this.#table.add(route)
    for (const before of befores) this.#report(route, twice(route, before), 'leave one of them out')
    if (namesake !== undefined && namesake.matchText !== route.matchText) {
      const { file, line } = namesake.place
      this.#report(route, `${file}:${line} has the name "${route.name}" already`, '')
    }
  }

  *#test(): Generator<void> {
    for (const test of this.#reader.tests) {
      const mistake = failedTest(test, this.#table)
      if (mistake !== undefined) this.#mistakes.report(mistake)
      yield
      if (this.#mistakes.full) return
    }
  }

  #report({ place, lineText = '' }: Route, message: string, help: string): void {
    this.#mistakes.report({ severity: 'error', place, lineText, message, help })
  }
}

function twice(route: Route, before: Route): string {
  if (route === before) return 'a host stands here twice'
  return `${before.place.file}:${before.place.line} takes the same requests`
}

function noRoutes(sources: readonly RoutesSource[]): Mistake {
  const place = { file: sources[0]?.name ?? 'routes', line: 0, column: 0, length: 0 }
  const help = 'write one such as: * -> :3000'
  return { severity: 'error', place, lineText: '', message: 'there is no route in it', help }
}
