// What is asked for: one row a case.

/** @typedef {'plain' | 'websocket' | 'tls' | 'table'} Scene what the origin speaks, and how many routes there are */

/**
 * @typedef {object} BenchCase
 * @property {string} name for --case
 * @property {string} text
 * @property {'rounds' | 'idle' | 'added' | 'steady'} measure which figures it is about
 * @property {Scene} scene
 * @property {'wrk' | 'websocket'} load
 * @property {number} connections kept alive unless the request says otherwise, each with one request at a time
 * @property {string} baseline the gateway that the others are compared with
 * @property {readonly string[]} gateways those that are worth it; none: all but those with cases of their own
 * @property {string} method
 * @property {string} path one that the origin knows
 * @property {Readonly<Record<string, string>>} fields beside Host, which wrk writes
 * @property {number} bodyBytes content of the request
 * @property {boolean} chunked whether that comes in chunks of 4 KiB
 * @property {number} responseBytes content of the right answer
 * @property {readonly string[]} needs programs
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

/** @type {Omit<BenchCase, 'name' | 'text'>} */
const get = {
  measure: 'rounds',
  scene: 'plain',
  load: 'wrk',
  connections: 64,
  baseline: 'nginx',
  gateways: [],
  method: 'GET',
  path: '/',
  fields: {},
  bodyBytes: 0,
  chunked: false,
  responseBytes: 13,
  needs: [],
}

/** @type {Omit<BenchCase, 'name' | 'text'>} */
const post = {
  ...get,
  method: 'POST',
  path: '/post',
  fields: { 'Content-Type': 'application/octet-stream' },
  bodyBytes: 16_384,
}

/** @type {readonly BenchCase[]} */
export const cases = [
  { ...get, name: 'small', text: 'GET, 13 bytes' },
  // With more clients than connections that it keeps, nginx goes on dialling; railscale need not, so the fair one
  // to compare with is the nginx that keeps as many.
  {
    ...get,
    name: 'many',
    text: 'GET, 13 bytes, many connections',
    connections: 512,
    baseline: 'nginx-keepalive-512',
  },
  { ...get, name: 'browser', text: 'GET with the fields of a browser, 13 bytes', fields: browserFields },
  { ...post, name: 'post', text: 'POST of 16 KiB, 13 bytes' },
  { ...get, name: '64k', text: 'GET, 64 KiB', path: '/64k', responseBytes: 65_536 },
  { ...get, name: '1m', text: 'GET, 1 MiB', connections: 16, path: '/1m', responseBytes: 1_048_576 },
  {
    ...post,
    name: 'chunked',
    text: 'POST of 16 KiB in four chunks, 16 KiB chunked back',
    path: '/chunked',
    chunked: true,
    responseBytes: 16_384,
  },
  {
    ...get,
    name: 'close',
    text: 'GET, 13 bytes, a new connection for each request',
    fields: { Connection: 'close' },
  },
  {
    ...get,
    name: 'websocket',
    text: 'WebSocket messages of 125 bytes there and back, as requests',
    scene: 'websocket',
    load: 'websocket',
  },
  { ...get, name: 'https', text: 'GET, 13 bytes, https origin', scene: 'tls', needs: ['openssl'] },
  { ...get, name: 'routes', text: 'GET, 13 bytes, 10,000 routes, all of them in use', scene: 'table' },
  {
    ...get,
    name: 'log',
    text: 'GET, 13 bytes, log as JSON to /dev/null, and to a file',
    gateways: [
      ...['nginx', 'nginx-access-log', 'railscale', 'railscale-no-metrics'],
      ...['railscale-log-json', 'railscale-log-file'],
    ],
  },
  { ...get, name: 'idle', text: 'memory of an idle kept connection', measure: 'idle', connections: 5_000 },
  { ...get, name: 'added', text: 'latency at 1 connection', measure: 'added', connections: 1 },
  {
    ...get,
    name: 'steady',
    text: 'latency at 70 % of the most',
    measure: 'steady',
    gateways: ['nginx', 'railscale', 'piped-sockets', 'haproxy'],
  },
]
