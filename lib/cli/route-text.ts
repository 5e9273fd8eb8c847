import type { ExampleRequest } from '../routes/example-request.js'
import { hostPatternText } from '../routes/host-pattern.js'
import { pathText } from '../routes/path-match.js'
import type { Condition, HostPattern, Origin, Route } from '../routes/route.js'
import { templateText } from '../routes/template.js'
import { settingLines } from './explain-text.js'
import type { Paint } from './paint.js'
import type { RouteFacts } from './route-facts.js'
import { placeText, rows, shown, type Row } from './text-layout.js'

/** The facts of a route for people. */
export function routeText({ route, settings, example, taker }: RouteFacts, paint: Paint): string {
  const lines = [
    `${paint.bold(shown(route.name))} ${paint.dim(`(${placeText(route.place)})`)}`,
    ...rows(matchRows(route), paint),
    '',
    paint.bold('goes to'),
    ...targetLines(route),
    ...(settings.length === 0 ? [] : ['', paint.bold('with'), ...settingLines(settings, paint)]),
    '',
    paint.bold('for example'),
    `  railscale explain ${exampleWords(example)}`,
    ...(taker === route ? [] : [`  ${paint.yellow(takerText(taker))}`]),
  ]
  return `${lines.join('\n')}\n`
}

function matchRows({ matchText, methods, hosts, path, conditions }: Route): Row[] {
  const conditionRows = conditions.map((one): Row => ['condition', shown(conditionText(one))])
  return [
    ['match', shown(matchText)],
    ['methods', methods.length === 0 ? 'every one but TRACE' : methods.join(', ')],
    ['hosts', shown(hosts.map(hostText).join(', '))],
    ['paths', path.exact ? `${shown(pathText(path))} alone` : `${shown(pathText(path))} and all below`],
    ...conditionRows,
  ]
}

function hostText(pattern: HostPattern): string {
  const name = pattern.kind === 'any' ? 'all' : hostPatternText(pattern)
  return pattern.listenerPort === undefined ? name : `${name} on port ${pattern.listenerPort}`
}

function conditionText({ kind, name, value, negated }: Condition): string {
  return `${negated ? '!' : ''}${kind}:${name}${value === undefined ? '' : `=${value}`}`
}

function targetLines({ target }: Route): string[] {
  if (target.kind === 'redirect') return [`  ${target.status} ${shown(templateText(target.location))}`]
  if (target.kind === 'answer') {
    return [`  ${target.status}, ${target.content.length} bytes of ${shown(target.contentType)}`]
  }
  return target.origins.map((origin) => `  ${shown(origin.text)}${originText(origin, target.origins.length)}`)
}

function originText({ weight, backup }: Origin, count: number): string {
  if (backup) return ' backup'
  return count === 1 ? '' : ` weight=${weight}`
}

function takerText(taker: Route | undefined): string {
  if (taker === undefined) return 'though nothing takes this very request'
  return `though ${shown(taker.name)} (${placeText(taker.place)}) goes before it`
}

/** The words behind `explain`, as a shell takes them. */
export function exampleWords({ method, url, fields }: ExampleRequest): string {
  const words = [url, ...(method === 'GET' ? [] : ['-X', method])]
  for (const { name, value } of fields) words.push('-H', `${name}: ${value}`)
  return words.map((word) => shown(quoted(word))).join(' ')
}

function quoted(word: string): string {
  return /^[\w.:/=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
