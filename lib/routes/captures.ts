import type { Route } from './route.js'
import type { MatchKey } from './route-table.js'
import type { Template } from './template.js'

/**
 * What `route` took of a request under the name of a capture: `id` of `:id`, `host.1` what the host wildcard
 * took, `rest` the path after the matched prefix, `query` the query with its `?`; '' for what is not there.
 */
export function captureValue(_route: Route, _key: MatchKey, _name: string): string {
  return ''
}

/** `template` with the captures of a request in it. */
export function expandTemplate(template: Template, route: Route, key: MatchKey): string {
  let text = ''
  for (const part of template) text += typeof part === 'string' ? part : captureValue(route, key, part.capture)
  return text
}
