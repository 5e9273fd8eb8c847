import { factLines, type FailureFacts } from './failure-facts.js'

/** A failure answer for a terminal: what failed, then a fact a line. */
export function failureText(facts: FailureFacts): string {
  const { status, title, sentence, inside } = facts
  const lines = factLines(facts).map(([label, text]) => `${label.padEnd(7)} ${text}\n`)
  const toDo = inside === undefined ? '' : `to do   ${inside.remedy}\n`
  return `railscale: ${status} ${title}: ${sentence}\n\n${lines.join('')}${toDo}`
}
