import { STATUS_CODES } from 'node:http'
import { httpDate } from '../message/http-date.js'
import { Outbox } from '../message/outbox.js'
import type { RequestHead } from '../message/request-head.js'
import { changedLines } from '../pipeline/field-changes.js'
import { connectionLine } from '../pipeline/response-pipeline.js'
import { redirectLocation } from '../routes/redirect-location.js'
import type { Redirect, Route, StaticAnswer } from '../routes/route.js'
import type { Downstream } from './downstream.js'
import { fieldChanges } from './route-edits.js'

/** What a route says that has no origins. */
export type OwnTarget = StaticAnswer | Redirect

/** An answer that the gateway gives itself because a route says so. */
export interface OwnAnswer {
  readonly status: number
  /** Its head, without Connection and the empty line. */
  readonly head: string
  readonly content: Buffer
}

const nothing = Buffer.alloc(0)

/** The answer of a route that has no origins, to a request that it takes. */
export function ownAnswer(route: Route, target: OwnTarget, head: RequestHead): OwnAnswer {
  const { status } = target
  const lines = target.kind === 'answer' ? answerLines(target) : redirectLines(route, target, head)
  const changes = fieldChanges(route.options.responseEdits, route, head)
  const changed = changes === undefined ? lines : changedLines(lines, changes)
  const content = target.kind === 'answer' && head.method !== 'HEAD' ? target.content : nothing
  return { status, head: `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${changed}`, content }
}

/**
 * @param persists whether the client connection stays open
 * @param ownLines field lines beside those of the answer
 */
export function writeOwnAnswer(
  { head, content }: OwnAnswer,
  downstream: Downstream,
  persists: boolean,
  minorVersion: 0 | 1,
  ownLines = '',
): void {
  const out = new Outbox()
  out.text(`${head}${ownLines}${connectionLine(persists, minorVersion)}\r\n`)
  downstream.write(out)
  // The content is the same for all: it is not copied for each.
  if (content.length > 0) downstream.writeLasting(content)
}

function answerLines({ status, contentType, content }: StaticAnswer): string {
  // RFC 9110 section 8.6: 204 and 304 are whole without a length.
  const bodiless = status === 204 || status === 304
  const described = `Content-Type: ${contentType}\r\nContent-Length: ${content.length}\r\n`
  return `Date: ${httpDate()}\r\n${bodiless ? '' : described}`
}

function redirectLines(route: Route, redirect: Redirect, head: RequestHead): string {
  return `Date: ${httpDate()}\r\nLocation: ${redirectLocation(route, redirect, head)}\r\nContent-Length: 0\r\n`
}
