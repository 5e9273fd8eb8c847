import t from 'tap'
import { requestHead } from '../../fixtures/heads.js'
import { FieldKind } from '../../lib/message/field-names.js'
import {
  isBelieved,
  peerAddress,
  prefixLine,
  requestSource,
  trustedLines,
  type ForwardedPeer,
} from '../../lib/pipeline/forwarded-fields.js'

const peer = (changes: Partial<ForwardedPeer> = {}): ForwardedPeer => ({
  address: '192.0.2.7',
  port: 8080,
  trusted: true,
  ...changes,
})
const headWith = (...lines: readonly string[]) => requestHead('GET / HTTP/1.1', 'Host: a.test:81', ...lines)
const joined = (lines: readonly string[]): string => lines.map((line) => `${line}\r\n`).join('')

for (const [remoteAddress, address] of [
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::ffff:c000:207', '::ffff:c000:207'],
  ['2001:db8::7', '2001:db8::7'],
  ['::1', '::1'],
  [undefined, ''],
] as const) {
  t.test(`a socket whose peer is ${remoteAddress} comes from "${address}"`, (t) => {
    t.equal(peerAddress(remoteAddress), address)
    t.end()
  })
}

for (const [address, port, lines] of [
  ['192.0.2.7', 80, ['X-Forwarded-For: 192.0.2.7', 'X-Forwarded-Proto: http', 'X-Forwarded-Port: 80']],
  [
    '2001:db8::7',
    8080,
    ['X-Forwarded-For: 2001:db8::7', 'X-Forwarded-Proto: http', 'X-Forwarded-Port: 8080'],
  ],
  ['', 0, ['X-Forwarded-Proto: http']],
] as const) {
  t.test(
    `the lines of all requests of a connection from ${address || 'a unix socket'} are made once`,
    (t) => {
      t.equal(requestSource(peer({ address, port, trusted: false })).forwardedLines, joined(lines))
      t.end()
    },
  )
}

const proto = 'X-Forwarded-Proto: http'
const port = 'X-Forwarded-Port: 8080'
const host = 'X-Forwarded-Host: a.test:81'
const self = 'X-Forwarded-For: 192.0.2.7'

for (const { name, sent = [], from = {}, added } of [
  { name: 'nothing: all lines come', added: [self, proto, port, host] },
  {
    name: 'For: the peer is appended',
    sent: ['X-Forwarded-For: 203.0.113.1, 198.51.100.2'],
    added: ['X-Forwarded-For: 203.0.113.1, 198.51.100.2, 192.0.2.7', proto, port, host],
  },
  {
    name: 'For in two lines: they become one list, in order',
    sent: ['x-forwarded-for: 203.0.113.1', 'X-Forwarded-For: 198.51.100.2'],
    added: ['X-Forwarded-For: 203.0.113.1, 198.51.100.2, 192.0.2.7', proto, port, host],
  },
  {
    name: 'an empty For: it is as if there was none',
    sent: ['X-Forwarded-For:'],
    added: [self, proto, port, host],
  },
  {
    name: 'Proto: it is kept, and our port would belie it',
    sent: ['X-Forwarded-Proto: https'],
    added: [self, host],
  },
  { name: 'Port: it is kept', sent: ['X-Forwarded-Port: 443'], added: [self, proto, host] },
  { name: 'Host: it is kept', sent: ['X-Forwarded-Host: b.test'], added: [self, proto, port] },
  {
    name: 'Forwarded: the peer is appended (RFC 7239 section 4)',
    sent: ['Forwarded: for=203.0.113.1;proto=https', 'forwarded: for=unknown'],
    added: [self, proto, port, host, 'Forwarded: for=203.0.113.1;proto=https, for=unknown, for=192.0.2.7'],
  },
  {
    name: 'Forwarded, from an IPv6 address: that is quoted (RFC 7239 section 6)',
    sent: ['Forwarded: for=a'],
    from: { address: '2001:db8::7' },
    added: ['X-Forwarded-For: 2001:db8::7', proto, port, host, 'Forwarded: for=a, for="[2001:db8::7]"'],
  },
  {
    name: 'lists with empty elements: none is passed on (RFC 9110 section 5.6.1)',
    sent: ['X-Forwarded-For: , 203.0.113.1,', 'Forwarded: for=a, ,for=b,'],
    added: [
      'X-Forwarded-For: 203.0.113.1, 192.0.2.7',
      ...[proto, port, host],
      'Forwarded: for=a, for=b, for=192.0.2.7',
    ],
  },
  {
    name: 'an empty Forwarded: it is as if there was none',
    sent: ['Forwarded:'],
    added: [self, proto, port, host],
  },
  {
    name: 'Forwarded with quoted strings: it is kept to the letter',
    sent: ['Forwarded: for="[::1]";x="a,\\"b", for=c'],
    added: [self, proto, port, host, 'Forwarded: for="[::1]";x="a,\\"b", for=c, for=192.0.2.7'],
  },
  {
    name: 'Forwarded with a string that does not end: nothing can be put behind it',
    sent: ['Forwarded: for=a;x="b\\"'],
    added: [self, proto, port, host],
  },
  {
    name: 'Forwarded with a backslash outside of a string: it escapes nothing there',
    sent: ['Forwarded: for=\\"x'],
    added: [self, proto, port, host],
  },
  {
    name: 'For, from a unix socket: it has nothing to add',
    sent: ['X-Forwarded-For: 203.0.113.1'],
    from: { address: '', port: 0 },
    added: ['X-Forwarded-For: 203.0.113.1', proto, host],
  },
  {
    name: 'Forwarded, from a unix socket: the peer is unknown (RFC 7239 section 6.2)',
    sent: ['Forwarded: for=a'],
    from: { address: '', port: 0 },
    added: [proto, host, 'Forwarded: for=a, for=unknown'],
  },
] as { name: string; sent?: string[]; from?: Partial<ForwardedPeer>; added: string[] }[]) {
  t.test(`a trusted peer says ${name}`, (t) => {
    t.equal(trustedLines(headWith(...sent), peer(from)), joined(added))
    t.end()
  })
}

t.test('a trusted peer whose request names no host: none is said to have been asked for', (t) => {
  t.equal(trustedLines(requestHead('GET / HTTP/1.0'), peer()), joined([self, proto, port]))
  t.end()
})

for (const [sent, prefix, trusted, line] of [
  ['', '', true, ''],
  ['', '/api', false, 'X-Forwarded-Prefix: /api\r\n'],
  ['', '/api', true, 'X-Forwarded-Prefix: /api\r\n'],
  ['/outer', '/api', true, 'X-Forwarded-Prefix: /outer/api\r\n'],
  ['/outer/', '/api', true, 'X-Forwarded-Prefix: /outer/api\r\n'],
  ['/outer', '/api', false, 'X-Forwarded-Prefix: /api\r\n'],
  ['/outer', '', true, ''],
] as const) {
  const who = trusted ? 'a trusted peer' : 'anyone'
  t.test(
    `"${prefix}" is cut from the request of ${who} who says "${sent}" was cut: "${line.trim()}"`,
    (t) => {
      t.equal(
        prefixLine(headWith(...(sent === '' ? [] : [`X-Forwarded-Prefix: ${sent}`])), prefix, trusted),
        line,
      )
      t.end()
    },
  )
}

t.test('of what a trusted peer says, all but For and Forwarded is taken as it is', (t) => {
  const { XForwardedHost, XForwardedProto, XForwardedPort, XRealIp, XForwardedPrefix } = FieldKind
  const believed = [XForwardedHost, XForwardedProto, XForwardedPort, XRealIp, XForwardedPrefix]
  const kinds = Object.values(FieldKind).filter((kind) => typeof kind === 'number')
  for (const kind of kinds) {
    t.equal(isBelieved(kind, peer(), ''), believed.includes(kind), FieldKind[kind])
    t.equal(isBelieved(kind, peer({ trusted: false }), ''), false, FieldKind[kind])
  }
  t.equal(isBelieved(XForwardedPrefix, peer(), '/api'), false, 'where more was cut it is written anew')
  t.end()
})
