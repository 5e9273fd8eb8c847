import { isProtectedName, type ConnectionOptions } from '../message/connection-options.js'
import { FieldKind } from '../message/field-names.js'
import type { Fields } from '../message/fields.js'

/** Decides about the lines of the fields that the gateway knows. */
export interface LineEdits<H> {
  /** What becomes of line `i`: undefined keeps it, '' drops it. */
  replacement(head: H, i: number): string | undefined
}

/** The part of a head that its lines hang on. */
interface Lines {
  readonly fields: Fields
  readonly connection: ConnectionOptions
}

/**
 * Field lines of a head as they leave: all lines but the dropped ones, byte for byte and in order,
 * put together from as few slices as there are gaps. Lines of one name keep their order (RFC 9110 section 5.3).
 */
export function keptLines<H extends Lines>(head: H, edits: LineEdits<H>): string {
  const { fields } = head
  const hopNames = removableNames(head.connection)
  let lines = ''
  let kept = fields.count > 0 ? fields.lineStart(0) : fields.end
  for (let i = 0; i < fields.count; i++) {
    let replacement = fields.kind(i) === FieldKind.Other ? undefined : edits.replacement(head, i)
    if (hopNames.length > 0) replacement ??= namedHopByHop(hopNames, fields.name(i))
    if (replacement === undefined) continue
    lines += fields.text.slice(kept, fields.lineStart(i)) + replacement
    kept = fields.lineEnd(i)
  }
  return lines + fields.text.slice(kept, fields.end)
}

/** What Connection names (RFC 9110 section 7.6.1), without what must not be removed that way: that is not believed. */
function removableNames({ names }: ConnectionOptions): readonly string[] {
  return names.length === 0 ? names : names.filter((name) => !isProtectedName(name))
}

function namedHopByHop(hopNames: readonly string[], name: string): '' | undefined {
  return hopNames.includes(name.toLowerCase()) ? '' : undefined
}
