import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { response } from '../../fixtures/exchanges.js'
import { refusingPort } from '../../fixtures/peers/address-origin.js'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import { authority, TlsOrigin, type CertificateName } from '../../fixtures/peers/tls-origin.js'
import { Dialler, type DialAddress } from '../../lib/upstream/dial.js'
import { NameLookup } from '../../lib/upstream/name-lookup.js'
import { causeOf, causeTable } from '../../lib/core/cause-words.js'
import { GatewayError, type ErrorCode } from '../../lib/core/errors.js'

const causeIn = (code: ErrorCode, detail: string, origin = 'localhost:3000'): ReturnType<typeof causeOf> =>
  causeOf(new GatewayError(code, { detail }), origin)

t.test('every cause is the end of a sentence about the origin, and its remedy one to follow', (t) => {
  for (const [name, { words, remedy = 'a' }] of causeTable) {
    t.match(name, /^E[A-Z_]+|^[A-Z][A-Z_0-9/]+$/, name)
    t.match(words, /^[a-z][^\n]*[a-zA-Z0-9.]$/, name)
    t.notMatch(words, /\.$/, name)
    t.match(remedy, /^[a-z][^\n]*[^.]$|^a$/, name)
  }
  t.end()
})

for (const [code, name, words, remedy, type] of [
  ['ORIGIN_REFUSED', 'ECONNREFUSED', 'nothing listens there', /^$/, 'connection_refused'],
  ['ORIGIN_UNRESOLVED', 'ENOTFOUND', 'there is no such name', /spelling/, 'dns_error'],
  ['ORIGIN_UNRESOLVED', 'EAI_AGAIN', 'the name server did not answer', /IP address/, 'dns_error'],
  ['ORIGIN_UNREACHABLE', 'ETIMEDOUT', 'the system gave up waiting for it', /^$/, 'connection_timeout'],
  ['ORIGIN_UNREACHABLE', 'EHOSTUNREACH', 'there is no way to its machine', /^$/, 'destination_ip_unroutable'],
  ['ORIGIN_UNREACHABLE', 'ENETUNREACH', 'there is no way to its network', /^$/, 'destination_ip_unroutable'],
  [
    'ORIGIN_UNREACHABLE',
    'ENOENT',
    'the socket file does not exist',
    /path of its socket/,
    'destination_unavailable',
  ],
  [
    'ORIGIN_UNREACHABLE',
    'ENOTSOCK',
    'the file is not a socket',
    /path of the socket/,
    'destination_unavailable',
  ],
  [
    'ORIGIN_UNREACHABLE',
    'EACCES',
    'the system forbids the connection',
    /may write/,
    'destination_unavailable',
  ],
  [
    'ORIGIN_UNREACHABLE',
    'EMFILE',
    'railscale has no file descriptor left',
    /ulimit -n/,
    'proxy_internal_error',
  ],
  [
    'ORIGIN_TLS',
    'CERT_HAS_EXPIRED',
    'its certificate has expired',
    /^renew .* tls=insecure /,
    'tls_certificate_error',
  ],
  [
    'ORIGIN_TLS',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'its certificate is self-signed',
    /ca=FILE/,
    'tls_certificate_error',
  ],
  [
    'ORIGIN_TLS',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'its certificate is for another name',
    /sni=NAME/,
    'tls_certificate_error',
  ],
  [
    'ORIGIN_TLS',
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'what it sent is plain text, not TLS',
    /^write http:\/\//,
    '',
  ],
  ['ORIGIN_TLS', 'EPROTO', 'what it sent is not TLS', /^write http:\/\//, ''],
  ['ORIGIN_RESET', 'ECONNRESET', 'it broke the connection', /^$/, 'connection_terminated'],
  ['ORIGIN_RESET', 'EPIPE', 'it had closed the connection already', /^$/, 'connection_terminated'],
] as const) {
  t.test(`${name} of ${code} means: ${words}`, (t) => {
    const cause = causeIn(code, name)
    t.equal(cause.text, `${words} (${name})`)
    t.match(cause.remedy, remedy)
    t.equal(cause.proxyStatus, type)
    t.end()
  })
}

for (const name of [
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
]) {
  t.test(`${name} is remedied by trust in the authority`, (t) => {
    t.match(causeIn('ORIGIN_TLS', name).remedy, /ca=FILE/)
    t.end()
  })
}

t.test('a unix socket that refuses may be a file that is no socket', (t) => {
  const { text, remedy } = causeIn('ORIGIN_REFUSED', 'ECONNREFUSED', 'unix:/run/x.sock')
  t.equal(text, 'nothing listens on the socket, or the file is not a socket (ECONNREFUSED)')
  t.match(remedy, /check the path of its socket in the routes file/)
  t.end()
})

for (const [what, code, detail] of [
  ['a detail in words', 'RESPONSE_MALFORMED', 'the status line is not valid'],
  ['a name that nobody knows', 'ORIGIN_UNREACHABLE', 'EWHAT'],
  ['a name of what every object has', 'ORIGIN_UNREACHABLE', 'constructor'],
  ['the fault of a client', 'CLIENT_GONE', 'ECONNRESET'],
  ['no detail', 'ORIGIN_CONNECT_TIMEOUT', ''],
] as const) {
  t.test(`${what} stands as it is`, (t) => {
    t.same(causeIn(code, detail), { text: detail, remedy: '', proxyStatus: '' })
    t.end()
  })
}

const trusting = { serverName: undefined, insecure: false, ca: authority }
const trustless = { ...trusting, ca: undefined }

const tlsPort = async (t: Test, name: CertificateName): Promise<number> =>
  (await TlsOrigin.start(t, name, (socket) => socket.end())).port

async function plainPort(t: Test): Promise<number> {
  const origin = await RawOrigin.start((peer) => peer.send(response('', '400 Bad Request')))
  t.teardown(() => origin.close())
  return origin.port
}

const nowhere = { host: 'localhost', port: 0 }

/** An origin that cannot be dialled, and what is said of it; the names of the errors are those of this Node. */
const undialled: readonly [string, (t: Test) => Promise<DialAddress>, RegExp][] = [
  ['refuses', async (t) => ({ host: '127.0.0.1', port: await refusingPort(t) }), /^nothing listens there /],
  [
    'has a socket file that is missing',
    (t) => Promise.resolve({ ...nowhere, socketPath: join(folder(t), 'x') }),
    /^the socket file does not exist /,
  ],
  ['has a file for a socket', fileAddress, /(?:^|, or )the file is not a socket /],
  [
    'has an expired certificate',
    async (t) => ({ host: 'localhost', port: await tlsPort(t, 'expired'), tls: trusting }),
    /^its certificate has expired /,
  ],
  [
    'has a certificate for another name',
    async (t) => ({ host: 'localhost', port: await tlsPort(t, 'other.test'), tls: trusting }),
    /^its certificate is for another name /,
  ],
  [
    'has a certificate of an unknown authority',
    async (t) => ({ host: 'localhost', port: await tlsPort(t, 'localhost'), tls: trustless }),
    /^its certificate comes without the ones that lead to an authority known here /,
  ],
  [
    'speaks plain text where TLS is spoken to it',
    async (t) => ({ host: '127.0.0.1', port: await plainPort(t), tls: trusting }),
    /^what it sent is (?:plain text, not|not) TLS /,
  ],
]

/** A folder of a short name, as the path of a socket has room for 107 bytes. */
function folder(t: Test): string {
  const path = mkdtempSync(join(tmpdir(), 'railscale-'))
  t.teardown(() => rmSync(path, { recursive: true }))
  return path
}

function fileAddress(t: Test): Promise<DialAddress> {
  const socketPath = join(folder(t), 'x')
  writeFileSync(socketPath, '')
  return Promise.resolve({ ...nowhere, socketPath })
}

for (const [what, addressOf, words] of undialled) {
  t.test(`of an origin that ${what} the cause is told in words`, async (t) => {
    const address = await addressOf(t)
    const { connected } = new Dialler(new NameLookup(0)).dial(address, 60_000)
    const error = await connected.then(
      () => undefined,
      (reason: unknown) => reason as GatewayError,
    )
    const origin = address.socketPath === undefined ? 'x:1' : `unix:${address.socketPath}`
    t.match(causeOf(error as GatewayError, origin).text, words)
  })
}
