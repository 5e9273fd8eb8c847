import t, { type Test } from 'tap'
import { BuiltCommand } from '../../fixtures/built-command.js'
import { request, response } from '../../fixtures/exchanges.js'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import { connectRaw, type RawPeer } from '../../fixtures/peers/raw-peer.js'

interface UnderWay {
  readonly command: BuiltCommand
  readonly port: number
  /** A client that waits for its answer. */
  readonly client: RawPeer
  /** The connection on which the origin has its request. */
  readonly upstream: RawPeer
  /** A client without a request. */
  readonly idle: RawPeer
}

async function underWay(t: Test): Promise<UnderWay> {
  const origin = await RawOrigin.start()
  t.teardown(() => origin.close())
  const route = ['--route', `* -> 127.0.0.1:${origin.port} name=all`]
  const command = new BuiltCommand(t, 'bin/railscale.js', [
    'serve',
    '--listen',
    '127.0.0.1:0',
    '--max-connections',
    '100',
    ...route,
  ])
  const port = await command.port()
  const [client, idle] = [await connectRaw(port), await connectRaw(port)]
  t.teardown(() => [client, idle].forEach((peer) => peer.destroy()))
  client.send(request())
  const upstream = await origin.peer()
  await upstream.untilText('\r\n\r\n')
  return { command, port, client, upstream, idle }
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  t.test(
    `${signal}: idle clients are let go, no new ones are taken, what is under way ends well, with 0`,
    async (t) => {
      const { command, port, client, upstream, idle } = await underWay(t)
      command.child.kill(signal)
      t.equal(await idle.untilEnd(), '')
      await t.rejects(connectRaw(port), { code: 'ECONNREFUSED' })
      t.equal(command.child.exitCode, null, 'an exchange is under way')
      upstream.send(response())
      const answer = await client.untilEnd()
      t.match(answer, /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nok$/)
      t.match(answer, '\r\nConnection: close\r\n')
      client.end()
      t.equal(await command.ended, 0)
      t.equal(command.errors, '')
    },
  )
}

t.test('a second signal ends what is under way at once, with 1', async (t) => {
  const { command, client, upstream, idle } = await underWay(t)
  command.child.kill('SIGTERM')
  await idle.untilEnd()
  command.child.kill('SIGTERM')
  t.equal(await command.ended, 1)
  t.match(await client.untilEnd(), /^(?:HTTP\/1\.1 503 |$)/)
  await upstream.untilEnd()
})
