import type { FailureFacts } from './failure-facts.js'

/**
 * A failure answer for programs: the members of a problem (RFC 9457 section 3.1) and our own, as JSON in
 * ASCII that no page can be broken with. What is not known is left out.
 */
export function failureProblem(facts: FailureFacts): string {
  const { status, title, sentence, code, requestId, allow, inside } = facts
  const problem = {
    type: 'about:blank',
    title,
    status,
    detail: sentence,
    code,
    ...inside,
    allow: allow.length > 0 ? allow : undefined,
    requestId: requestId || undefined,
  }
  return `${ascii(JSON.stringify(problem, known, 2))}\n`
}

/** Leaves out texts and lists that are empty. */
function known(_name: string, value: unknown): unknown {
  return value === '' || (Array.isArray(value) && value.length === 0) ? undefined : value
}

function ascii(json: string): string {
  return json.replace(
    /[<>&'\x7f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
