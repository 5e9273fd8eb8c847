// http-proxy as its README has it, with connections kept to the origin.
import { Agent, createServer } from 'node:http'
import { Agent as TlsAgent } from 'node:https'
import { createRequire } from 'node:module'
import { listenAndSay } from './announcement.js'

const [originPort, scene, folder] = process.argv.slice(2)

/** @typedef {import('node:http').IncomingMessage} Request */
/** @typedef {(request: Request, response: import('node:http').ServerResponse) => void} Web */
/** @typedef {(request: Request, socket: import('node:stream').Duplex, head: Buffer) => void} Ws */
/** @typedef {{ web: Web, ws: Ws, on(name: 'error', listener: (error: Error) => void): void }} Proxy */
/** @typedef {{ createProxyServer(options: object): Proxy }} HttpProxy */
/** @type {unknown} */
const loaded = createRequire(import.meta.url)(/** @type {string} */ (folder))
const httpProxy = /** @type {HttpProxy} */ (loaded)

const tls = scene === 'tls'
const kept = { keepAlive: true, maxSockets: 1_024 }
const proxy = httpProxy.createProxyServer({
  target: `${tls ? 'https' : 'http'}://127.0.0.1:${originPort}`,
  agent: tls ? new TlsAgent(kept) : new Agent(kept),
  secure: false,
})
// Clients that go away in the middle of an answer are errors here; the end of each run has some.
proxy.on('error', () => undefined)

const server = createServer((request, response) => proxy.web(request, response))
server.on('upgrade', (/** @type {Request} */ request, socket, head) => proxy.ws(request, socket, head))
server.keepAliveTimeout = 75_000
listenAndSay(server)
