// http-proxy as its README has it, with connections kept to the origin.
import { Agent, createServer } from 'node:http'
import { createRequire } from 'node:module'

const [originPort, folder] = process.argv.slice(2)

/** @typedef {(request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse) => void} Web */
/** @typedef {{ web: Web, on(name: 'error', listener: (error: Error) => void): void }} Proxy */
/** @typedef {{ createProxyServer(options: object): Proxy }} HttpProxy */
/** @type {unknown} */
const loaded = createRequire(import.meta.url)(/** @type {string} */ (folder))
const httpProxy = /** @type {HttpProxy} */ (loaded)

const proxy = httpProxy.createProxyServer({
  target: `http://127.0.0.1:${originPort}`,
  agent: new Agent({ keepAlive: true, maxSockets: 1_024 }),
})
// Clients that go away in the middle of an answer are errors here; the end of each run has some.
proxy.on('error', () => undefined)

const server = createServer((request, response) => proxy.web(request, response))
server.listen({ port: 0, host: '127.0.0.1', backlog: 2_048 }, () => {
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  console.log(`listening on http://127.0.0.1:${port}`)
})
