import type { GatewayError } from '../core/errors.js'
import { httpDate } from '../message/http-date.js'
import { Outbox } from '../message/outbox.js'
import { acceptedForm, type FailureForm } from './accepted-form.js'
import type { Downstream } from './downstream.js'
import { failureFacts, type FailureFacts } from './failure-facts.js'
import { failurePage, pagePolicy } from './failure-page.js'
import { failureProblem } from './failure-problem.js'
import { briefReport, type FailureReport } from './failure-report.js'
import { failureText } from './failure-text.js'
import { proxyStatus } from './proxy-status.js'

interface Form {
  readonly contentType: string
  render(facts: FailureFacts): string
}

const forms: Readonly<Record<FailureForm, Form>> = {
  text: { contentType: 'text/plain; charset=utf-8', render: failureText },
  html: { contentType: 'text/html; charset=utf-8', render: failurePage },
  json: { contentType: 'application/json', render: failureProblem },
  problem: { contentType: 'application/problem+json', render: failureProblem },
}

/**
 * The whole answer to a client whose exchange failed, in the form that it accepts, as latin1 text with a
 * character for each byte; under 16 KiB whatever the report holds.
 */
export function failureAnswer(report: FailureReport): string {
  const name = acceptedForm(report.accept)
  const form = forms[name]
  const facts = failureFacts(report)
  const content = Buffer.from(form.render(facts), 'utf8').toString('latin1')
  const lines = [
    `HTTP/1.1 ${facts.status} ${facts.title}`,
    `Date: ${httpDate()}`,
    `Content-Type: ${form.contentType}`,
    `Content-Length: ${content.length}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
  ]
  if (name === 'html') lines.push(`Content-Security-Policy: ${pagePolicy}`)
  // RFC 9112 section 9.6: what follows on the connection is not read.
  lines.push(...occasionalLines(report, facts), 'Connection: close', '', '')
  return lines.join('\r\n') + (report.method === 'HEAD' ? '' : content)
}

const headEnd = '\r\n\r\n'

/** How much of an answer to a failure is content, in bytes. */
export function contentBytesOf(answer: string): number {
  return answer.length - answer.indexOf(headEnd) - headEnd.length
}

/** An answer to a client of which nothing is known, and that is told nothing but the error. */
export function briefFailureAnswer(error: GatewayError): string {
  return failureAnswer(briefReport(error))
}

/** The fields that only some failures have. */
function occasionalLines(report: FailureReport, { status, allow, requestId }: FailureFacts): string[] {
  const lines: string[] = []
  if (status === 503) lines.push(`Retry-After: ${wholeSeconds(report.retryAfterSeconds)}`)
  // RFC 9110 section 15.5.6 wants the field even if it is empty.
  if (status === 405) lines.push(`Allow: ${allow.join(', ')}`)
  if (requestId !== '') lines.push(`X-Request-Id: ${requestId}`)
  if (report.timingLine !== '') lines.push(report.timingLine.trimEnd())
  const proxy = report.full ? proxyStatus(report) : ''
  if (proxy !== '') lines.push(`Proxy-Status: ${proxy}`)
  return lines
}

/** RFC 9110 section 10.2.3: an integer. Less than a second would bring everyone back at once. */
function wholeSeconds(seconds = 1): number {
  return Math.max(1, Math.ceil(seconds))
}

/** Writes the answer to a failure. @returns how many bytes of content it has */
export function writeFailureAnswer(report: FailureReport, downstream: Pick<Downstream, 'write'>): number {
  const out = new Outbox()
  const answer = failureAnswer(report)
  out.text(answer)
  downstream.write(out)
  return contentBytesOf(answer)
}
