// What is asked for: one row a case. A case is a request that wrk repeats on so many connections.

/**
 * @typedef {object} BenchCase
 * @property {string} name for --case
 * @property {string} text
 * @property {number} connections kept alive, each with one request at a time
 * @property {string} method
 * @property {string} path one that the origin knows
 * @property {Readonly<Record<string, string>>} fields beside Host, which wrk writes
 * @property {number} bodyBytes content of the request
 * @property {number} responseBytes content of the right answer
 */

/** What Firefox sends for a link that was clicked on; with Host there are fifteen. */
const browserFields = {
  'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'Accept-Language': 'en-US,en;q=0.5',
  'Accept-Encoding': 'gzip, deflate, br, zstd',
  DNT: '1',
  Connection: 'keep-alive',
  Referer: 'http://app.localhost:8080/start',
  Cookie: 'session=0123456789abcdef0123456789abcdef; theme=dark; seen=1',
  'Upgrade-Insecure-Requests': '1',
  'Sec-Fetch-Dest': 'document',
  'Sec-Fetch-Mode': 'navigate',
  'Sec-Fetch-Site': 'same-origin',
  'Sec-Fetch-User': '?1',
  Priority: 'u=0, i',
}

const get = { method: 'GET', path: '/', fields: {}, bodyBytes: 0, responseBytes: 13 }

/** @type {readonly BenchCase[]} */
export const cases = [
  { ...get, name: 'small', text: 'GET, 13 bytes', connections: 64 },
  { ...get, name: 'many', text: 'GET, 13 bytes, many connections', connections: 512 },
  {
    ...get,
    name: 'browser',
    text: 'GET with the fields of a browser, 13 bytes',
    connections: 64,
    fields: browserFields,
  },
  {
    ...get,
    name: 'post',
    text: 'POST of 16 KiB, 13 bytes',
    connections: 64,
    method: 'POST',
    path: '/post',
    fields: { 'Content-Type': 'application/octet-stream' },
    bodyBytes: 16_384,
  },
  { ...get, name: '64k', text: 'GET, 64 KiB', connections: 64, path: '/64k', responseBytes: 65_536 },
  { ...get, name: '1m', text: 'GET, 1 MiB', connections: 16, path: '/1m', responseBytes: 1_048_576 },
]
