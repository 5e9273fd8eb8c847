/** Methods that HTTP knows and the parser takes; others are answered with 501. CONNECT is not served. */
const known = new Set(
  (
    'GET HEAD POST PUT DELETE OPTIONS TRACE PATCH COPY LOCK MKCOL MOVE PROPFIND PROPPATCH SEARCH UNLOCK BIND REBIND ' +
    'UNBIND ACL REPORT MKACTIVITY CHECKOUT MERGE M-SEARCH NOTIFY SUBSCRIBE UNSUBSCRIBE PURGE MKCALENDAR LINK UNLINK ' +
    'QUERY CONNECT'
  ).split(' '),
)

/** RFC 9110 section 9.2.2, with the WebDAV methods that RFC 4918 and 3253 call idempotent. */
const idempotent = new Set(
  'GET HEAD PUT DELETE OPTIONS TRACE PROPFIND PROPPATCH MKCOL COPY MOVE UNLOCK SEARCH REPORT QUERY ACL BIND UNBIND REBIND'.split(
    ' ',
  ),
)

export function isKnownMethod(method: string): boolean {
  return known.has(method)
}

/** RFC 9110 section 9.2.1, as far as they are asked for often. */
export function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
}

export function isIdempotent(method: string): boolean {
  return idempotent.has(method)
}
