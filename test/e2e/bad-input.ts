import t from 'tap'
import { BuiltCommand } from '../../fixtures/built-command.js'
import { BuiltGateway } from '../../fixtures/built-gateway.js'
import { answering, request, response } from '../../fixtures/exchanges.js'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'

const origin = await RawOrigin.start(answering(response()))
t.teardown(() => origin.close())
const gateway = await BuiltGateway.start(t, `* -> 127.0.0.1:${origin.port} name=all`)

/** A client with an exchange behind it, so that its connection is open while others misbehave. */
const wellBehaved = await gateway.connect()
wellBehaved.send(request())
await wellBehaved.takeThrough('\r\n\r\nok')

for (const [what, bytes, halfClosed, code] of [
  ['bytes that mean nothing', '\x00\x01\xfe\xff nonsense\r\n\r\n', false, 'REQUEST_MALFORMED'],
  ['a TLS handshake', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', false, 'REQUEST_TLS'],
  ['half a head and the end', 'GET / HTTP/1.1\r\nHost: a.te', true, 'NO_ROUTING_FRAME'],
  ['two blanks behind the method', 'GET  / HTTP/1.1\r\nHost: a.test\r\n\r\n', false, 'REQUEST_MALFORMED'],
  [
    'a length and chunks',
    request('POST / HTTP/1.1', 'Content-Length: 1', 'Transfer-Encoding: chunked'),
    false,
    'REQUEST_FRAMING',
  ],
] as const) {
  t.test(`${what}: 400 and the end, and other clients are unharmed`, async (t) => {
    const client = await gateway.connect()
    if (halfClosed) client.end(bytes)
    else client.send(bytes)
    const answer = await client.untilEnd()
    t.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n/)
    t.match(answer, /\r\nConnection: close\r\n/)
    t.match(answer, `\ncode    ${code}\n`)
    t.equal(client.errorCode, undefined, 'the answer came before the end, and not a reset')
    wellBehaved.send(request())
    t.match(await wellBehaved.takeThrough('\r\n\r\nok'), /^HTTP\/1\.1 200 /)
    t.equal(gateway.process.child.exitCode, null)
    t.equal(origin.peers.length, 1, 'nothing of it reached the origin')
  })
}

t.test(
  'half a head that is never completed is answered with 408 after ten seconds, and closed',
  async (t) => {
    const client = await gateway.connect()
    client.send('GET / HTTP/1.1\r\nHost: a.test\r\n')
    const answer = await client.untilEnd()
    t.match(answer, /^HTTP\/1\.1 408 Request Timeout\r\n/)
    t.match(answer, '\ncode    REQUEST_HEAD_TIMEOUT\n')
  },
)

for (const [args, environment, sentence] of [
  [
    ['--head-timeout', '10'],
    {},
    '--head-timeout: "10" is no time without its unit: write 10s or 10ms (s, ms, m or h)',
  ],
  [
    ['--idle-timeout', '0s'],
    {},
    '--idle-timeout: "0s" is too little: a wait must end, so it takes 1ms or more',
  ],
  [['--max-head', '1m'], {}, '--max-head: "1m" is too much: it takes 64k or less'],
  [
    [],
    { RAILSCALE_MAX_FIELDS: 'all' },
    'RAILSCALE_MAX_FIELDS: "all" is no count: write a whole number such as 100',
  ],
  [['--trust', '10.0.0.1/8'], {}, '--trust: "10.0.0.1/8" has bits behind its prefix: write 10.0.0.0/8'],
  [['--errors', 'loud'], {}, '--errors: "loud" is none of its values: write auto, brief, full'],
  [
    ['--listen', 'unix:'],
    {},
    '--listen: "unix:" names no file: write unix:PATH, such as unix:/run/railscale.sock',
  ],
] as const) {
  t.test(
    `it does not start with ${[...args, ...Object.keys(environment)].join(' ')}, and says why`,
    async (t) => {
      const command = new BuiltCommand(
        t,
        'bin/railscale.js',
        ['serve', '--route', '* -> :1', ...args],
        environment,
      )
      t.equal(await command.ended, 2)
      t.strictSame([command.output, command.errors], ['', `railscale: ${sentence}\n`])
    },
  )
}
