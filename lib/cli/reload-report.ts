import { countMistakes, formatMistake, printable, type Mistake } from '../routes/mistake.js'
import { asciiJson } from './ascii-json.js'
import type { ReloadResult } from './reload.js'

/**
 * What came of a reload, as people read it: a sentence, and what is wrong or odd as `serve` tells it at its start.
 * @param names of the sources of routes
 */
export function reloadText(names: readonly string[], result: ReloadResult): string {
  const { outcome, mistakes } = result
  const lines = [
    `railscale: ${outcome === 'good' ? goodSentence(names, result) : badSentence(names, result)}`,
  ]
  lines.push(...mistakes.map(formatMistake))
  if (outcome === 'bad' && mistakes.length > 0) lines.push(countMistakes(mistakes))
  return `${lines.join('\n')}\n`
}

/** The same for programs: one object on one line, told from those of exchanges by its `event`. */
export function reloadJson(result: ReloadResult, now: Date = new Date()): string {
  const { outcome, routes, changes, mistakes } = result
  const { added, removed, changed } = changes
  return eventJson(
    'reload',
    { outcome, routes, added, removed, changed, mistakes: mistakes.map(listed) },
    now,
  )
}

/** One line of the log for programs about something else than an exchange. */
export function eventJson(event: string, members: object, now: Date = new Date()): string {
  return `${asciiJson({ time: now.toISOString(), event, ...members })}\n`
}

function goodSentence(
  names: readonly string[],
  { staleBefore, filesChanged, ...result }: ReloadResult,
): string {
  const { name, is, has } = subjectOf(names)
  const routes = result.routes === 1 ? '1 route' : `${result.routes} routes`
  if (!filesChanged && !staleBefore) return `${name} ${has} not changed: ${routes}`
  return `${name} ${is} ${staleBefore ? 'right' : 'loaded'} again: ${routes}, ${changesText(result)}`
}

function changesText({ changes }: Pick<ReloadResult, 'changes'>): string {
  const counts = Object.entries(changes).filter(([, count]) => count > 0)
  if (counts.length === 0) return 'all as before'
  return counts.map(([what, count]) => `${count} ${what}`).join(', ')
}

function badSentence(names: readonly string[], { staleBefore, filesChanged }: ReloadResult): string {
  const { name, is, has } = subjectOf(names)
  const what = filesChanged
    ? `changed and ${is} wrong`
    : `${has} not changed and ${is} ${staleBefore ? 'still ' : ''}wrong`
  return `${name} ${what}; the routes of before stay`
}

function subjectOf(names: readonly string[]): { name: string; is: string; has: string } {
  const [name, ...others] = names.filter((one) => !one.startsWith('--route'))
  if (name === undefined || others.length > 0) return { name: 'the routes', is: 'are', has: 'have' }
  return { name: printable(name), is: 'is', has: 'has' }
}

function listed({ severity, place, message, help }: Mistake): object {
  const { file, line, column, length } = place
  return { severity, file, line, column, length, message, help }
}
