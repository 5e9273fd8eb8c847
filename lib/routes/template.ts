/** A value that is put together per request: literal text, and captures by name (`id`, `host.1`, `rest`, `query`). */
export type Template = readonly (string | Capture)[]

export interface Capture {
  readonly capture: string
}
