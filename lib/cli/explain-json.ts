import { asciiJson } from './ascii-json.js'
import type { ExpectedExchange } from '../exchange/expected-exchange.js'
import type { FailureFacts } from '../exchange/failure-facts.js'
import type { LeavingRequest } from '../exchange/leaving-request.js'
import type { OwnAnswer } from '../exchange/own-answer.js'
import { octetText } from '../message/octet-text.js'
import type { Loser, RoutingFailure } from '../routes/explanation.js'
import { hostPatternText } from '../routes/host-pattern.js'
import { pathText } from '../routes/path-match.js'
import type { Origin, Route } from '../routes/route.js'
import { templateText } from '../routes/template.js'
import type { RequestFacts } from './explain-facts.js'
import { isText, ownLines } from './expected-text.js'
import type { RouteFacts } from './route-facts.js'
import type { RouteSetting } from './route-settings.js'

/** The facts of a request for programs: one object with stable keys, in ASCII. What there is none of is null. */
export function requestJson({ asked, explanation, failure, expected, settings }: RequestFacts): string {
  const winner = explanation?.winner
  return json({
    request: {
      method: asked.method,
      url: asked.url,
      fields: asked.fields.map(fieldObject),
      listener_port: asked.listenerPort,
    },
    notes: asked.notes,
    winner: winner === undefined ? null : routeObject(winner),
    losers: (explanation?.losers ?? []).map(loserObject),
    error: failure === undefined ? null : errorObject(failure, explanation?.failure),
    ...expectedObject(expected),
    options: winner === undefined ? null : settingsObject(settings),
  })
}

/** The facts of routes that are called alike for programs. */
export function routesJson(all: readonly RouteFacts[]): string {
  return json({ routes: all.map(routeFactsObject) })
}

function routeFactsObject({ route, settings, example, taker }: RouteFacts): object {
  const { methods, hosts, path, conditions, target } = route
  return {
    ...routeObject(route),
    methods,
    hosts: hosts.map((host) => ({ host: hostPatternText(host), listener_port: host.listenerPort ?? null })),
    path: { pattern: pathText(path), exact: path.exact },
    conditions: conditions.map(({ kind, name, value = null, negated }) => ({ kind, name, value, negated })),
    status: target.kind === 'origins' ? null : target.status,
    location: target.kind === 'redirect' ? templateText(target.location) : null,
    origins: target.kind === 'origins' ? target.origins.map((origin) => originObject(origin)) : [],
    options: settingsObject(settings),
    example: { method: example.method, url: example.url, fields: example.fields },
    example_taken_by: taker === undefined ? null : routeObject(taker),
  }
}

function routeObject({ name, matchText, place }: Route): {
  name: string
  match: string
  file: string
  line: number
} {
  return { name, match: matchText, file: place.file, line: place.line }
}

function loserObject({ route, before, failed, outranked, because }: Loser): object {
  return {
    ...routeObject(route),
    before_winner: before ?? null,
    failed: failed ?? null,
    outranked_by: outranked ?? null,
    because,
  }
}

function errorObject(failure: FailureFacts, routing: RoutingFailure | undefined): object {
  const { status, code, sentence, allow, inside } = failure
  const { nearest, ambiguity } = routing ?? {}
  return {
    status,
    code,
    sentence,
    cause: inside?.cause || null,
    remedy: inside?.remedy ?? null,
    allow,
    nearest: nearest === undefined ? null : { ...routeObject(nearest.route), because: nearest.because },
    resolved_path: ambiguity?.resolvedPath ?? null,
    resolved_route: ambiguity?.resolved === undefined ? null : routeObject(ambiguity.resolved),
  }
}

function expectedObject(expected: ExpectedExchange | undefined): object {
  const forwarded = expected?.kind === 'forwarded' ? expected : undefined
  return {
    answer: expected?.kind === 'answered' ? answerObject(expected.answer) : null,
    leaves: forwarded === undefined ? null : leavingObject(forwarded.request),
    origins: (forwarded?.origins ?? []).map(({ origin, host }) => originObject(origin, host)),
  }
}

function answerObject(answer: OwnAnswer): object {
  const { status, content } = answer
  return {
    status,
    fields: ownLines(answer)
      .slice(1)
      .map((line) => fieldObject(octetText(line))),
    content_bytes: content.length,
    content: isText(answer) ? content.toString('utf8', 0, 65_536) : null,
  }
}

function leavingObject({ origin, requestLine, targetAuthor, lines, removed }: LeavingRequest): object {
  return {
    origin: origin.text,
    request_line: octetText(requestLine),
    request_line_by: targetAuthor,
    fields: lines.map(({ text, author }) => ({ ...fieldObject(octetText(text)), by: author })),
    removed: removed.map(({ name, author }) => ({ name: octetText(name), by: author })),
  }
}

function originObject({ text, weight, backup, tls }: Origin, host?: string): object {
  return {
    origin: text,
    weight,
    backup,
    ...(host === undefined ? {} : { host }),
    tls: tls === undefined ? null : { server_name: tls.serverName ?? null, insecure: tls.insecure },
  }
}

/** By option, as it is called in a routes file. */
function settingsObject(settings: readonly RouteSetting[]): object {
  return Object.fromEntries(
    settings.map(({ option, value, isDefault }) => [option, { value, default: isDefault }]),
  )
}

function fieldObject(line: string): { name: string; value: string } {
  const colon = line.indexOf(':')
  return { name: line.slice(0, colon), value: line.slice(colon + 1).trim() }
}

function json(value: object): string {
  return `${asciiJson(value, 2)}\n`
}
