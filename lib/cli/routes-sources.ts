import { compileInSlices, compileRoutes, type Compiled } from '../routes/compile.js'
import { countMistakes, formatMistake, type Mistake } from '../routes/mistake.js'
import type { RouteTable } from '../routes/route-table.js'
import type { RoutesSource } from '../routes/routes-file.js'
import type { Variables } from '../routes/variables.js'
import { DiskFiles } from './disk-files.js'
import { CommandError, exitCodes } from './exit-codes.js'

export interface RoutesArguments {
  readonly routes?: readonly string[] | undefined
  readonly route?: readonly string[] | undefined
}

/** The routes of --routes and --route, from the disk as often as somebody asks; ./routes.txt where neither is given. */
export class RoutesLoader {
  readonly #sources: readonly RoutesSource[]
  readonly #variables: Variables
  #files = new DiskFiles()

  constructor(given: RoutesArguments, variables: Variables) {
    this.#sources = sourcesOf(given)
    this.#variables = variables
  }

  /** The files that the last compilation has looked for: what was there, and whether that has changed since. */
  get files(): Pick<DiskFiles, 'paths' | 'changed'> {
    return this.#files
  }

  /** The names of the sources, as they are in messages. */
  get names(): readonly string[] {
    return this.#sources.map(({ name }) => name)
  }

  compile(): Compiled {
    this.#files = new DiskFiles()
    return compileRoutes(this.#sources, this.#variables, this.#files)
  }

  /** The same beside other work. */
  async compileInSlices(): Promise<Compiled> {
    this.#files = new DiskFiles()
    return compileInSlices(this.#sources, this.#variables, this.#files)
  }
}

/**
 * The table of --routes and --route.
 * @param warn is given what is odd, but no error
 * @throws CommandError with all mistakes
 */
export function loadRoutes(
  given: RoutesArguments,
  variables: Variables,
  warn: (text: string) => void,
): RouteTable {
  return tableOf(new RoutesLoader(given, variables).compile(), warn)
}

/** The table of `compiled`; likewise. @throws CommandError with all mistakes */
export function tableOf({ table, mistakes }: Compiled, warn: (text: string) => void): RouteTable {
  const text = mistakes.map((mistake) => `${formatMistake(mistake)}\n`).join('')
  if (table === undefined) throw new CommandError(mistakesCode(mistakes), `${text}${countMistakes(mistakes)}`)
  if (text !== '') warn(text)
  return table
}

/** What a command ends with for `mistakes`: routes that are right, and fail their tests, are another matter. */
export function mistakesCode(mistakes: readonly Mistake[]): number {
  const errors = mistakes.filter(({ severity }) => severity === 'error')
  if (errors.length === 0) return exitCodes.fine.code
  return errors.every(({ test }) => test === true) ? exitCodes.failed.code : exitCodes.usage.code
}

function sourcesOf({ routes = [], route = [] }: RoutesArguments): readonly RoutesSource[] {
  const files = routes.length === 0 && route.length === 0 ? ['./routes.txt'] : routes
  const oneOffs = route.map((text, i) => ({
    name: route.length === 1 ? '--route' : `--route #${i + 1}`,
    text,
  }))
  return [...files.map((name) => ({ name })), ...oneOffs]
}
