import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { compileRoutes } from '../routes/compile.js'
import { countMistakes, formatMistake, type Mistake } from '../routes/mistake.js'
import type { RouteTable } from '../routes/route-table.js'
import type { RoutesSource } from '../routes/routes-file.js'
import { maxSideFileBytes, unreadableBecause, type FileReader } from '../routes/side-file.js'
import type { Variables } from '../routes/variables.js'
import { CommandError, exitCodes } from './exit-codes.js'

/** A routes file larger than this is something else. */
const maxFileBytes = 64 * 1024 * 1024

export interface RoutesArguments {
  readonly routes?: string | undefined
  readonly route?: readonly string[] | undefined
}

/**
 * The table of --routes and --route; ./routes.txt where neither is given.
 * @param warn is given what is odd, but no error
 * @throws CommandError with all mistakes
 */
export function loadRoutes(
  given: RoutesArguments,
  variables: Variables,
  warn: (text: string) => void,
): RouteTable {
  const { table, mistakes } = compileRoutes(sources(given), variables, sideFiles(fileOf(given)))
  const text = mistakes.map((mistake) => `${formatMistake(mistake)}\n`).join('')
  if (table === undefined) throw new CommandError(exitCodes.usage.code, `${text}${countMistakes(mistakes)}`)
  if (text !== '') warn(text)
  return table
}

/** The routes file, if there is one. */
function fileOf({ routes, route = [] }: RoutesArguments): string | undefined {
  return routes ?? (route.length === 0 ? './routes.txt' : undefined)
}

function sources(given: RoutesArguments): RoutesSource[] {
  const lines = given.route ?? []
  const file = fileOf(given)
  const oneOffs = lines.map((text, i) => ({
    name: lines.length === 1 ? '--route' : `--route #${i + 1}`,
    text,
  }))
  return file === undefined ? oneOffs : [readSource(file), ...oneOffs]
}

/** The files that routes name: relative to the folder of the routes file, or to the working directory for --route. */
function sideFiles(routesFile: string | undefined): FileReader {
  return (path, fromFile) =>
    readPlainFile(fromFile === routesFile ? resolve(dirname(routesFile), path) : path, maxSideFileBytes)
}

/** @throws an error of the system; EFBIG for more than `maxBytes` */
function readPlainFile(path: string, maxBytes: number): Buffer {
  // Without waiting for the other end of a pipe, which may never come.
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const stats = fstatSync(descriptor)
    if (stats.size > maxBytes) throw Object.assign(new Error('too large'), { code: 'EFBIG' })
    // A folder is told as such by reading it.
    if (!stats.isFile() && !stats.isDirectory()) throw new Error('it is no plain file')
    return readFileSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function readSource(file: string): RoutesSource {
  try {
    const bytes = readFileSync(file)
    if (bytes.length > maxFileBytes) throw new Error('it is larger than 64 MiB')
    return { name: file, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) }
  } catch (error) {
    throw new CommandError(exitCodes.usage.code, `${formatMistake(unreadable(file, error))}\n1 error`)
  }
}

function unreadable(file: string, error: unknown): Mistake {
  const code = (error as NodeJS.ErrnoException).code
  const help =
    code === 'ENOENT'
      ? "write one there, name another with --routes, or give a route: --route '* -> :3000'"
      : ''
  const message = unreadableBecause(error)
  return { severity: 'error', place: { file, line: 0, column: 0, length: 0 }, lineText: '', message, help }
}
