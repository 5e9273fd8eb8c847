import type { FieldEdit } from './route.js'
import type { Template } from './template.js'
import type { Wrong } from './option-values.js'

/** RFC 9110 section 5.6.2. */
const fieldName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

/** Fields that say where a message ends, or that are for one hop: the gateway makes them anew on each side. */
const ownFields = new Set([
  ...['content-length', 'transfer-encoding', 'connection', 'keep-alive', 'te', 'trailer', 'upgrade'],
  ...['proxy-connection', 'http2-settings'],
])

/** How an edit is written, up to its value. */
export interface EditForm {
  readonly action: FieldEdit['action']
  readonly name: string
  /** Where the value begins, in characters behind `req:` or `res:`. */
  readonly valueAt: number
}

/**
 * Reads the beginning of `Name=value`, `+Name=value` or `-Name`.
 * @param text what stands behind `req:` or `res:`
 */
export function editForm(text: string): EditForm | Wrong {
  const action = text.startsWith('+') ? 'add' : text.startsWith('-') ? 'remove' : 'set'
  const start = action === 'set' ? 0 : 1
  const equals = text.indexOf('=')
  const name = text.slice(start, equals === -1 ? undefined : equals)
  if (!fieldName.test(name)) return [`"${name}" is no name of a field`, 'write it as X-Name=value']
  if (action === 'remove' && equals !== -1) return ['a field is removed whatever its value', `write -${name}`]
  if (action !== 'remove' && equals === -1) {
    return [`the field ${name} has no value`, `write ${name}=value, or -${name} to remove it`]
  }
  return { action, name, valueAt: equals === -1 ? text.length : equals + 1 }
}

/** Why the field `name` is not for routes to change; undefined if it is. */
export function refusedField(name: string, side: 'req' | 'res'): Wrong | undefined {
  const lower = name.toLowerCase()
  if (ownFields.has(lower)) return [`${name} is made by the gateway for each side on its own`, 'leave it out']
  if (side === 'res') return undefined
  if (lower === 'host') return ['the Host that goes upstream has an option of its own', 'write host=name']
  if (lower === 'expect') return ['Expect is between the client and the origin', 'leave it out']
  if (lower === 'via') return ['Via tells which gateways a request has passed', 'leave it out']
  return undefined
}

/** What keeps a value from being sent; the literal parts of it, as captures are of requests. */
export function valueMistake(value: Template): Wrong | undefined {
  for (const part of value) {
    if (typeof part !== 'string') continue
    // RFC 9110 section 5.5; nothing that an editor puts there by accident either.
    if (/\p{Cc}/u.test(part)) return ['the value of a field has no control characters', 'leave them out']
    if (/[^\0-\xff]/.test(part)) {
      return ['the value of a field is sent in Latin-1, which lacks a character of it', 'encode it in ASCII']
    }
  }
  return undefined
}

/** What a list of edits sets or removes, in lower case: a list may be long, and is asked with each edit anew. */
const changedBy = new WeakMap<readonly FieldEdit[], Set<string>>()

/**
 * Adds `edit` to `edits`.
 * @returns whether it was added: a field is set once, or removed once
 */
export function addEdit(edit: FieldEdit, edits: FieldEdit[]): boolean {
  if (edit.action !== 'add') {
    const name = edit.name.toLowerCase()
    const changed = changedBy.get(edits) ?? new Set()
    if (changed.has(name)) return false
    changedBy.set(edits, changed.add(name))
  }
  edits.push(edit)
  return true
}
