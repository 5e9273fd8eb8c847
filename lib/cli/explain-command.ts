import { limitsWith, type Limits } from '../core/limits.js'
import { parseListenAddress } from '../gateway/listen-address.js'
import { formatMistake } from '../routes/mistake.js'
import type { Route } from '../routes/route.js'
import { RouteTable } from '../routes/route-table.js'
import { CommandError, exitCodes } from './exit-codes.js'
import { requestFacts, type RequestFacts } from './explain-facts.js'
import { requestJson, routesJson } from './explain-json.js'
import { askedRequest } from './explain-request.js'
import { explainSubject, type ExplainSubject } from './explain-subject.js'
import { requestText } from './explain-text.js'
import type { GivenOptions } from './given-options.js'
import { limitChanges } from './limit-options.js'
import { checkAsked } from './listener-ports.js'
import { mayColour, openPaint } from './paint.js'
import { routeFacts, type RouteFacts } from './route-facts.js'
import { routeText } from './route-text.js'
import { mistakesCode, RoutesLoader, tableOf } from './routes-sources.js'
import type { Terminal } from './terminal.js'

/**
 * `railscale explain URL|NAME`: which route takes a request and why no other does, or what a route is.
 * @param words the URL, or the name of a route
 * @returns 0 where a route takes the request, 1 where none does
 * @throws CommandError
 */
export async function explainGiven(
  given: GivenOptions,
  words: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const word = onlyWord(words)
  const listen = given.readAll('listen', parseListenAddress)
  const limits = limitsWith(limitChanges((option, parse) => given.read(option, parse)))
  const table = tableGiven(given, terminal)
  if (listen.length > 0) checkAsked(table.listenerPorts, listen)
  const { routes, url } = subject(word, table)
  if (url === undefined) return tellRoutes(routes, table, limits, given, terminal)
  const facts = requestFacts(askedRequest(url, given, listen), table, limits)
  terminal.stdout.write(await factsText(facts, given, terminal))
  return facts.explanation?.winner === undefined ? exitCodes.failed.code : exitCodes.fine.code
}

function onlyWord(words: readonly string[]): string {
  const [word, second] = words
  if (word !== undefined && word !== '' && second === undefined) return word
  const sentence = second === undefined ? 'what to explain is missing' : 'explain takes one URL or name'
  throw usageError(`${sentence}: write railscale explain http://host/path, or the name of a route`)
}

/** The table of the routes that are given. One whose tests fail is explained as well: then it is asked for most. */
function tableGiven(given: GivenOptions, terminal: Terminal): RouteTable {
  const asIs = (text: string): string => text
  const sources = { routes: given.readAll('routes', asIs), route: given.readAll('route', asIs) }
  const compiled = new RoutesLoader(sources, terminal.environment).compile()
  const warn = (text: string): void => void terminal.stderr.write(text)
  if (mistakesCode(compiled.mistakes) !== exitCodes.failed.code) return tableOf(compiled, warn)
  for (const mistake of compiled.mistakes) warn(`${formatMistake(mistake)}\n`)
  return new RouteTable(compiled.routes)
}

function subject(word: string, table: RouteTable): ExplainSubject {
  try {
    return explainSubject(word, table)
  } catch (error) {
    throw usageError((error as Error).message)
  }
}

async function factsText(facts: RequestFacts, given: GivenOptions, terminal: Terminal): Promise<string> {
  return given.flag('json') ? requestJson(facts) : requestText(facts, await openPaint(mayColour(terminal)))
}

async function tellRoutes(
  routes: readonly Route[],
  table: RouteTable,
  limits: Limits,
  given: GivenOptions,
  terminal: Terminal,
): Promise<number> {
  const all = routes.map((route): RouteFacts => routeFacts(route, table, limits))
  const paint = await openPaint(mayColour(terminal))
  const text = given.flag('json') ? routesJson(all) : all.map((one) => routeText(one, paint)).join('\n')
  terminal.stdout.write(text)
  return exitCodes.fine.code
}

function usageError(sentence: string): CommandError {
  return new CommandError(
    exitCodes.usage.code,
    `railscale: ${sentence}\nrailscale --help lists commands and options`,
  )
}
