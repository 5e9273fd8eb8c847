// fast-proxy behind the server of Node.
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { listenAndSay } from './announcement.js'

const [originPort, scene, folder] = process.argv.slice(2)

/** @typedef {import('node:http').IncomingMessage} Request */
/** @typedef {import('node:http').ServerResponse} Response */
/** @typedef {{ proxy(request: Request, response: Response, url: string, options: object): void }} FastProxy */
/** @type {unknown} */
const loaded = createRequire(import.meta.url)(/** @type {string} */ (folder))
const fastProxy = /** @type {(options: object) => FastProxy} */ (loaded)

const gateway = fastProxy({
  base: `${scene === 'tls' ? 'https' : 'http'}://127.0.0.1:${originPort}`,
  rejectUnauthorized: false,
})

const server = createServer((request, response) => gateway.proxy(request, response, request.url ?? '/', {}))
server.keepAliveTimeout = 75_000
listenAndSay(server)
