import { decodeRoutes } from '../routes/decode-routes.js'
import { formatRoutes } from '../routes/format-routes.js'
import { countMistakes, formatMistake, type Mistake } from '../routes/mistake.js'
import { maxRoutesFileBytes, noFiles, tooLarge, type RoutesFiles } from '../routes/side-file.js'
import { DiskFiles } from './disk-files.js'
import { CommandError, exitCodes } from './exit-codes.js'
import type { GivenOptions } from './given-options.js'
import { replaceFile } from './replace-file.js'
import type { Terminal } from './terminal.js'

/** What is read where a file is called `-`. */
type Input = AsyncIterable<Buffer>

/**
 * `railscale fmt`: brings files into the one layout, and names those that it changed; with --check those that it
 * would change.
 * @param words files; without any those of --routes, else ./routes.txt; `-` alone: from stdin to stdout
 * @param openInput opens stdin
 * @returns the exit code: with --check 1 if something would change
 * @throws CommandError about the files that cannot be read or written, when all others are done
 */
export async function fmtGiven(
  given: GivenOptions,
  words: readonly string[],
  terminal: Terminal,
  openInput: () => Input = () => process.stdin,
): Promise<number> {
  const names = namesOf(given, words)
  const check = given.flag('check')
  const mistakes: Mistake[] = []
  const report = (mistake: Mistake): void => void mistakes.push(mistake)
  const changes = names.includes('-')
    ? formatInput(await readInput(openInput()), terminal, check, report)
    : names.filter((name) => formatFile(name, terminal, check, report)).length
  if (mistakes.length > 0) throw new CommandError(exitCodes.usage.code, mistakesText(mistakes))
  return check && changes > 0 ? exitCodes.failed.code : exitCodes.fine.code
}

type Report = (mistake: Mistake) => void

/** @throws CommandError */
function namesOf(given: GivenOptions, words: readonly string[]): readonly string[] {
  const routes = given.all('routes').map(({ text }) => text)
  const [names] = [words, routes, ['./routes.txt']].filter((some) => some.length > 0) as [readonly string[]]
  if (names.length > 1 && names.includes('-')) {
    throw new CommandError(exitCodes.usage.code, 'railscale: - is stdin, and takes no other files beside it')
  }
  return names
}

/** @returns whether it is changed, or would be */
function formatFile(name: string, terminal: Terminal, check: boolean, report: Report): boolean {
  const texts = textsOf(name, new DiskFiles(), report)
  if (texts === undefined || texts.before === texts.after) return false
  if (!check && !replaced(name, texts.after, report)) return false
  terminal.stdout.write(`${name}\n`)
  return true
}

function replaced(name: string, content: string, report: Report): boolean {
  try {
    replaceFile(name, content)
    return true
  } catch (error) {
    report(mistakeIn(name, `it cannot be written: ${(error as Error).message}`))
    return false
  }
}

/** @returns how many files would change: one or none */
function formatInput(input: RoutesFiles, terminal: Terminal, check: boolean, report: Report): number {
  const texts = textsOf('-', input, report)
  if (texts === undefined) return 0
  const changed = texts.before !== texts.after
  if (!check) terminal.stdout.write(texts.after)
  else if (changed) terminal.stdout.write('-\n')
  return changed ? 1 : 0
}

/** A text as it is, and in its layout; undefined if something wrong with it was reported. */
function textsOf(
  name: string,
  files: RoutesFiles,
  report: Report,
): { readonly before: string; readonly after: string } | undefined {
  const source = decodeRoutes({ name }, files, ({ message }) => report(mistakeIn(name, message)))
  if (source === undefined) return undefined
  try {
    const after = formatRoutes(source.text, maxRoutesFileBytes)
    if (Buffer.byteLength(after) <= maxRoutesFileBytes) return { before: source.text, after }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
  }
  report(mistakeIn(name, `in its layout it would be larger than ${maxRoutesFileBytes / 1024 / 1024} MiB`))
  return undefined
}

/** Stdin as the one file that there is. */
async function readInput(input: Input): Promise<RoutesFiles> {
  try {
    const content = await contentOf(input)
    return { ...noFiles, read: () => content }
  } catch (error) {
    return {
      ...noFiles,
      read: () => {
        throw error
      },
    }
  }
}

async function contentOf(input: Input): Promise<Buffer> {
  const pieces: Buffer[] = []
  let length = 0
  for await (const piece of input) {
    length += piece.length
    if (length > maxRoutesFileBytes) throw tooLarge()
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

function mistakeIn(file: string, message: string): Mistake {
  const place = { file, line: 0, column: 0, length: 0 }
  return { severity: 'error', place, lineText: '', message, help: '' }
}

function mistakesText(mistakes: readonly Mistake[]): string {
  return [...mistakes.map(formatMistake), countMistakes(mistakes)].join('\n')
}
