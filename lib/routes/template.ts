/** A value that is put together per request: literal text, and captures by name (`id`, `host.1`, `rest`, `query`). */
export type Template = readonly (string | Capture)[]

export interface Capture {
  readonly capture: string
}

/** `template` as it is written, with its captures as `${name}`. */
export function templateText(template: Template): string {
  return template.map((part) => (typeof part === 'string' ? part : `\${${part.capture}}`)).join('')
}

/** `template` without its first `count` characters, which have to be literal text; no part of it is empty. */
export function templateFrom(template: Template, count: number): Template {
  const [first, ...others] = template
  const rest = typeof first === 'string' ? first.slice(count) : first
  // A list that has grown is larger than one that is made.
  return [rest, ...others].filter((part) => part !== undefined && part !== '').slice() as Template
}
