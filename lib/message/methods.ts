/** Methods that HTTP knows and the parser takes; others are answered with 501. CONNECT is not served. */
const known = (
  'GET HEAD POST PUT DELETE OPTIONS TRACE PATCH COPY LOCK MKCOL MOVE PROPFIND PROPPATCH SEARCH UNLOCK BIND REBIND ' +
  'UNBIND ACL REPORT MKACTIVITY CHECKOUT MERGE M-SEARCH NOTIFY SUBSCRIBE UNSUBSCRIBE PURGE MKCALENDAR LINK UNLINK ' +
  'QUERY CONNECT'
).split(' ')

/** The known methods by length. */
const byLength: string[][] = []
for (const method of known) (byLength[method.length] ??= []).push(method)

/** RFC 9110 section 9.2.2, with the WebDAV methods that RFC 4918 and 3253 call idempotent. */
const idempotent = new Set(
  'GET HEAD PUT DELETE OPTIONS TRACE PROPFIND PROPPATCH MKCOL COPY MOVE UNLOCK SEARCH REPORT QUERY ACL BIND UNBIND REBIND'.split(
    ' ',
  ),
)

/**
 * The known method that stands at the beginning of `text`, up to `end`; undefined if none does. It is always the
 * same string: what is asked of it later costs no look at its letters.
 */
export function knownMethod(text: string, end = text.length): string | undefined {
  const methods = byLength[end]
  if (methods === undefined) return undefined
  for (const method of methods) if (text.startsWith(method)) return method
  return undefined
}

export function isKnownMethod(method: string): boolean {
  return knownMethod(method) !== undefined
}

/** RFC 9110 section 9.2.1, as far as they are asked for often. */
export function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
}

export function isIdempotent(method: string): boolean {
  return idempotent.has(method)
}
