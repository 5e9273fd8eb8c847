import { join } from 'node:path'
import t from 'tap'
import { startGateway } from '../../fixtures/gateway.js'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import { socketFolder } from '../../fixtures/socket-folder.js'
import { parseListenAddress } from '../../lib/gateway/listen-address.js'
import { TrustedPeers } from '../../lib/gateway/trusted-peers.js'

const sent = 'GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.7\r\n\r\n'

for (const [listen, trust, forwarded] of [
  ['127.0.0.1:0', '', /^X-Forwarded-For: 127\.0\.0\.1\r$/im],
  ['127.0.0.1:0', '10.0.0.0/8,unix', /^X-Forwarded-For: 127\.0\.0\.1\r$/im],
  ['127.0.0.1:0', '127.0.0.0/8', /^X-Forwarded-For: 192\.0\.2\.7, ?127\.0\.0\.1\r$/im],
  ['unix', 'unix', /^X-Forwarded-For: 192\.0\.2\.7\r$/im],
  ['unix', '127.0.0.0/8', undefined],
] as const) {
  t.test(
    `on ${listen} with --trust "${trust}" the origin is told of ${forwarded ?? 'no address'}`,
    async (t) => {
      const origin = await RawOrigin.start()
      t.teardown(() => origin.close())
      const address = listen === 'unix' ? `unix:${join(socketFolder(t), 'socket')}` : listen
      const { connect } = await startGateway(
        t,
        `* -> 127.0.0.1:${origin.port}`,
        {},
        {
          listen: [parseListenAddress(address)],
          trust: TrustedPeers.parse(trust === '' ? [] : [trust]),
        },
      )
      const client = await connect()
      client.send(sent)
      const request = await (await origin.peer()).untilText('\r\n\r\n')
      if (forwarded === undefined) t.notMatch(request, /x-forwarded-for/i)
      else t.match(request, forwarded)
      const port = /^x-forwarded-port: (\d+)\r$/im.exec(request)?.[1]
      if (listen === 'unix') t.equal(port, undefined, 'there is no port')
      else t.not(port, undefined)
    },
  )
}
