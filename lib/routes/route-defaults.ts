import type { FieldEdit, RouteOptions, Target } from './route.js'

/** A route has one of them at most. */
const pathFields = ['strip', 'prefix', 'path'] as const

/**
 * Gives the options of a route those of its file's `defaults` where it has none of its own. Edits are joined, those
 * of the file first; where a route sets or removes a field, nothing of the file is done to it. Where the gateway
 * answers by itself, only edits of the response mean something.
 */
export function addDefaults(own: RouteOptions, defaults: Readonly<RouteOptions>, kind: Target['kind']): void {
  const responseEdits = joined(defaults.responseEdits, own.responseEdits)
  if (responseEdits !== undefined) own.responseEdits = responseEdits
  if (kind !== 'origins') return
  const requestEdits = joined(defaults.requestEdits, own.requestEdits)
  if (requestEdits !== undefined) own.requestEdits = requestEdits
  const ownPath = pathFields.some((field) => own[field] !== undefined)
  for (const field of Object.keys(defaults) as (keyof RouteOptions)[]) {
    if (own[field] === undefined && !(ownPath && isPathField(field))) setField(own, field, defaults[field])
  }
}

function setField<F extends keyof RouteOptions>(own: RouteOptions, field: F, value: RouteOptions[F]): void {
  own[field] = value
}

function isPathField(field: string): boolean {
  return (pathFields as readonly string[]).includes(field)
}

function joined(defaults: FieldEdit[] | undefined, own: FieldEdit[] | undefined): FieldEdit[] | undefined {
  if (defaults === undefined || own === undefined) return own ?? defaults
  const taken = new Set(own.filter(({ action }) => action !== 'add').map(({ name }) => name.toLowerCase()))
  const edits = [...defaults.filter(({ name }) => !taken.has(name.toLowerCase())), ...own]
  return edits.length === 0 ? undefined : edits
}

/** Takes out what says no more than leaving it out: `wait=off`, `max-body=none`, `max-conns=none`, `pipelining=off`. */
export function dropEmpty(options: RouteOptions): void {
  if (options.waitMs === 0) delete options.waitMs
  if (options.maxBodyBytes === Infinity) delete options.maxBodyBytes
  if (options.maxConnections === Infinity) delete options.maxConnections
  if (options.pipelining === 0) delete options.pipelining
}
