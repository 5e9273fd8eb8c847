import { FieldKind } from '../message/field-names.js'
import type { Fields } from '../message/fields.js'

/**
 * Fields that have to be known before the content: request modifiers, conditions, authentication and
 * response control data do not belong in a trailer (RFC 9110 section 6.5.1).
 */
const forbidden = new Set(
  (
    'cache-control pragma range if-match if-none-match if-modified-since if-unmodified-since if-range ' +
    'authorization cookie set-cookie www-authenticate ' +
    'age expires location retry-after vary warning content-encoding content-type content-range'
  ).split(' '),
)

/**
 * The field lines of a trailer section that may be forwarded, as they were sent.
 * @param hopNames lower-cased names in the Connection field of the head (RFC 9110 section 7.6.1)
 */
export function trailerLines(fields: Fields, hopNames: readonly string[] = []): string {
  let lines = ''
  for (let i = 0; i < fields.count; i++) {
    // Every field that a gateway acts on in a head would be acted on too late here.
    if (fields.kind(i) !== FieldKind.Other) continue
    const name = fields.name(i).toLowerCase()
    if (forbidden.has(name) || hopNames.includes(name)) continue
    lines += fields.text.slice(fields.lineStart(i), fields.lineEnd(i))
  }
  return lines
}
