import { githubReport } from './check-format-github.js'
import { jsonReport } from './check-format-json.js'
import { prettyReport } from './check-format-pretty.js'
import type { CheckReport } from './check-report.js'
import { mayColour, openPaint } from './paint.js'
import type { Terminal } from './terminal.js'

/** How a report is written: for people, for programs, or for the annotations of a workflow. */
export const checkForms = ['pretty', 'json', 'github'] as const
export type CheckForm = (typeof checkForms)[number]

/** The report in the form asked for, with its last line end; only people are shown colours. */
export async function formatReport(
  report: CheckReport,
  form: CheckForm,
  terminal: Pick<Terminal, 'colours' | 'stdout'>,
): Promise<string> {
  if (form === 'json') return jsonReport(report)
  if (form === 'github') return githubReport(report)
  return prettyReport(report, await openPaint(mayColour(terminal)))
}
