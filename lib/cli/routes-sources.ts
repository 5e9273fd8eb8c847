import { readFileSync } from 'node:fs'
import { compileRoutes } from '../routes/compile.js'
import { countMistakes, formatMistake, type Mistake } from '../routes/mistake.js'
import type { RouteTable } from '../routes/route-table.js'
import type { RoutesSource } from '../routes/routes-file.js'
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
  const { table, mistakes } = compileRoutes(sources(given), variables)
  const text = mistakes.map((mistake) => `${formatMistake(mistake)}\n`).join('')
  if (table === undefined) throw new CommandError(exitCodes.usage.code, `${text}${countMistakes(mistakes)}`)
  if (text !== '') warn(text)
  return table
}

function sources(given: RoutesArguments): RoutesSource[] {
  const lines = given.route ?? []
  const file = given.routes ?? (lines.length === 0 ? './routes.txt' : undefined)
  const oneOffs = lines.map((text, i) => ({
    name: lines.length === 1 ? '--route' : `--route #${i + 1}`,
    text,
  }))
  return file === undefined ? oneOffs : [readSource(file), ...oneOffs]
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
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file',
    EACCES: 'it may not be read',
    EISDIR: 'it is a folder',
    ERR_ENCODING_INVALID_ENCODED_DATA: 'it is not UTF-8 text',
  }
  const message = reasons[code ?? ''] ?? `it cannot be read: ${(error as Error).message}`
  return { severity: 'error', place: { file, line: 0, column: 0, length: 0 }, lineText: '', message, help }
}
