import type { Fields } from './fields.js'
import type { RoutingKey } from './routing-key.js'

/** A part of a message that was understood. */
export interface Frame {
  readonly kind: 'request-head' | 'response-head' | 'chunk' | 'trailers'
  /** Host, path and the rest that a route is chosen by, if this frame has them. */
  routingKey(): RoutingKey | undefined
}

/** Content of a chunked body: what one read of the socket held, chunk sizes and extensions gone. */
export class ChunkFrame implements Frame {
  readonly kind = 'chunk'
  readonly parts: readonly Buffer[]
  readonly byteLength: number

  constructor(parts: readonly Buffer[], byteLength: number) {
    this.parts = parts
    this.byteLength = byteLength
  }

  routingKey(): undefined {
    return undefined
  }
}

/** The end of a chunked body, with the fields that followed it (mostly none). */
export class TrailerFrame implements Frame {
  readonly kind = 'trailers'
  readonly fields: Fields

  constructor(fields: Fields) {
    this.fields = fields
  }

  routingKey(): undefined {
    return undefined
  }
}
