import { posix } from 'node:path'
import { shownText } from '../exchange/shown-text.js'
import type { Mistake } from '../routes/mistake.js'
import { allMistakes, summaryOf, type CheckReport } from './check-report.js'

/** What an annotation may be long, in characters. */
const maxText = 4_000
const maxName = 1_000

/**
 * A report as the workflow commands of GitHub Actions, which make an annotation of each mistake and of each origin
 * that does not answer; the count stands below, for the log.
 */
export function githubReport(report: CheckReport): string {
  const lines = [...allMistakes(report).map(command), shownText(summaryOf(report), maxText)]
  return `${lines.join('\n')}\n`
}

function command(mistake: Mistake): string {
  const { severity, place, message, help } = mistake
  const file = fileIn(mistake)
  // What stands on the command line is in no file.
  const text = file === undefined ? `${place.file}:${place.line}:${place.column}: ${message}` : message
  const lines = [text, help].filter((line) => line !== '').map((line) => shownText(line, maxText))
  const properties = { ...(file === undefined ? {} : position(mistake, file)), title: 'railscale' }
  const list = Object.entries(properties).map(([name, value]) => `${name}=${escapedProperty(String(value))}`)
  return `::${severity} ${list.join(',')}::${escapedText(lines.join('\n'))}`
}

/** GitHub knows files as they are named in the repository. */
function fileIn({ place: { file } }: Mistake): string | undefined {
  return /^--route(?: #\d+)?$/.test(file) ? undefined : shownText(posix.normalize(file), maxName)
}

/** Columns count from 1; the end is the one behind the last. */
function position(
  { place: { line, column, length } }: Mistake,
  file: string,
): Record<string, string | number> {
  return line === 0 ? { file } : { file, line, col: column, endColumn: column + Math.max(1, length) }
}

function escapedText(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapedProperty(text: string): string {
  return escapedText(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
