import { shownText } from '../exchange/shown-text.js'
import { formatMistake, type Mistake } from '../routes/mistake.js'
import { allMistakes, codeOf, summaryOf, type CheckReport } from './check-report.js'
import { exitCodes } from './exit-codes.js'
import { liveTable } from './live-check-table.js'
import { liveMistakes } from './live-check-words.js'
import type { Paint } from './paint.js'

/** What a summary may be long, in characters. */
const maxSummary = 300

/** A report for people: each mistake with its line, the origins that were dialled, and in the end the count. */
export function prettyReport(report: CheckReport, paint: Paint): string {
  const { mistakes, live } = report
  const parts = mistakes.map((mistake) => painted(mistake, paint))
  if (live !== undefined && live.length > 0) {
    parts.push(...liveTable(live, paint), ...liveMistakes(live).map((mistake) => painted(mistake, paint)))
  }
  return `${[...parts, summaryLine(report, paint)].join('\n')}\n`
}

function summaryLine(report: CheckReport, paint: Paint): string {
  const text = shownText(summaryOf(report), maxSummary)
  if (codeOf(report) !== exitCodes.fine.code) return paint.red(text)
  return allMistakes(report).length > 0 ? paint.yellow(text) : paint.green(text)
}

function painted(mistake: Mistake, paint: Paint): string {
  const { severity, lineText, help } = mistake
  const strong = (text: string): string => (severity === 'error' ? paint.red(text) : paint.yellow(text))
  const [first = '', ...others] = formatMistake(mistake).split('\n')
  const label = `: ${severity}: `
  const at = first.indexOf(label)
  const [place, message] = [first.slice(0, at), first.slice(at + label.length)]
  const told = `${paint.bold(place)}: ${strong(`${severity}:`)} ${message}`
  const caretAt = lineText === '' ? -1 : 1
  const helpAt = help === '' ? -1 : others.length - 1
  const rest = others.map((line, i) =>
    i === caretAt ? strong(line) : i === helpAt ? paint.cyan(line) : line,
  )
  return [told, ...rest].join('\n')
}
