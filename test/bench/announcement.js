/**
 * Lets `server` listen on a free port of this machine, and prints which: whoever started the process reads it.
 * @param {import('node:net').Server} server
 */
export function listenAndSay(server) {
  server.listen({ port: 0, host: '127.0.0.1', backlog: 2_048 }, () => {
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
    console.log(`listening on http://127.0.0.1:${port}`)
  })
}
