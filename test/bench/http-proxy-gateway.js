// http-proxy as its README has it, with connections kept to the origin.
import { Agent, createServer } from 'node:http'
import { createRequire } from 'node:module'

const [port, originPort, folder] = process.argv.slice(2)
const require = createRequire(import.meta.url)

/** @typedef {(request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse) => void} Web */
/** @typedef {{ createProxyServer(options: object): { web: Web, on(name: string, listener: () => void): void } }} HttpProxy */
/** @type {unknown} */
const required = require(/** @type {string} */ (folder))
const httpProxy = /** @type {HttpProxy} */ (required)
const proxy = httpProxy.createProxyServer({
  target: `http://127.0.0.1:${originPort}`,
  agent: new Agent({ keepAlive: true, maxSockets: 1_024 }),
})
proxy.on('error', () => undefined)
createServer((request, response) => proxy.web(request, response)).listen({
  port,
  host: '127.0.0.1',
  backlog: 2048,
})
