import { factLines, type FailureFacts } from '../exchange/failure-facts.js'
import type { Ambiguity } from '../routes/explanation.js'
import type { Route } from '../routes/route.js'
import type { RequestFacts } from './explain-facts.js'
import { expectedLines } from './expected-text.js'
import { loserLines } from './loser-text.js'
import type { Paint } from './paint.js'
import type { RouteSetting } from './route-settings.js'
import { placeText, rows, shown, type Row } from './text-layout.js'

/** The facts of a request for people. */
export function requestText(facts: RequestFacts, paint: Paint): string {
  const { asked, explanation, failure, expected, settings } = facts
  const winner = explanation?.winner
  const lines = [
    paint.bold(`${asked.method} ${shown(asked.url)}`),
    ...asked.fields.map((field) => `  ${shown(field)}`),
    ...asked.notes.map((note) => paint.dim(`  (${shown(note)})`)),
    '',
    ...(winner === undefined ? [] : winnerLines(winner, paint)),
    ...(failure === undefined ? [] : failureLines(failure, explanation?.failure?.ambiguity, paint)),
    ...loserLines(explanation?.losers ?? [], paint),
    ...(expected === undefined ? [] : expectedLines(expected, paint)),
    ...(expected?.kind === 'forwarded' ? ['', paint.bold('with'), ...settingLines(settings, paint)] : []),
  ]
  return `${lines.join('\n')}\n`
}

/** Options as they are in force, one a line. */
export function settingLines(settings: readonly RouteSetting[], paint: Paint): string[] {
  return rows(
    settings.map(({ option, value, isDefault }): Row => {
      return [shown(option), isDefault ? `${shown(value)} ${paint.dim('by default')}` : shown(value)]
    }),
    paint,
  )
}

function winnerLines(winner: Route, paint: Paint): string[] {
  const { name, matchText, place } = winner
  const match = name === matchText ? '' : ` ${shown(matchText)}`
  return [`taken by ${paint.bold(paint.green(shown(name)))}${match} ${paint.dim(`(${placeText(place)})`)}`]
}

/** What a failure answer tells, and where an ambiguous path leads. */
function failureLines(failure: FailureFacts, ambiguity: Ambiguity | undefined, paint: Paint): string[] {
  const { status, title, sentence, inside } = failure
  const facts: Row[] = [...factLines(failure), ...(ambiguity === undefined ? [] : ambiguityRows(ambiguity))]
  if (inside !== undefined) facts.push(['to do', inside.remedy])
  return [`answered ${paint.bold(paint.red(`${status} ${title}`))}: ${sentence}`, ...rows(facts, paint)]
}

function ambiguityRows({ resolvedPath, written, resolved }: Ambiguity): Row[] {
  return [
    ['as sent', `the path leads to ${nameOf(written)}`],
    ['read as', `${shown(resolvedPath)}, which leads to ${nameOf(resolved)}`],
  ]
}

function nameOf(route: Route | undefined): string {
  return route === undefined ? 'no route' : `${shown(route.name)} (${placeText(route.place)})`
}
