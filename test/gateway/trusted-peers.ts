import t from 'tap'
import { SeededRandom } from '../../fixtures/routes/seeded-random.js'
import { TrustedPeers } from '../../lib/gateway/trusted-peers.js'

for (const [text, trusted, others] of [
  ['10.1.2.3', ['10.1.2.3', '::ffff:10.1.2.3'], ['10.1.2.4', '::ffff:10.1.2.2', '::1']],
  ['10.0.0.0/8', ['10.0.0.0', '10.255.255.255', '::FFFF:10.9.9.9'], ['9.255.255.255', '11.0.0.0', '::a00:0']],
  ['192.168.1.128/25', ['192.168.1.128', '192.168.1.255'], ['192.168.1.127', '192.168.2.128']],
  ['0.0.0.0/0', ['0.0.0.0', '255.255.255.255', '::ffff:1.2.3.4'], ['::1', '::']],
  ['127.0.0.1/32', ['127.0.0.1'], ['127.0.0.2']],
  ['::1', ['::1', '0:0:0:0:0:0:0:1'], ['::2', '127.0.0.1', '0.0.0.1']],
  ['fd00::/8', ['fd00::', 'fdff:ffff::1'], ['fc00::', 'fe00::1']],
  ['fe80::/10', ['fe80::1', 'fe80::1%eth0', 'febf::1%lo'], ['fec0::1%eth0']],
  ['::/0', ['::1', '2001:db8::1'], ['1.2.3.4', '::ffff:1.2.3.4']],
  [
    '2001:db8:0:8000::/49',
    ['2001:db8:0:8000::', '2001:db8:0:ffff::1'],
    ['2001:db8:0:7fff::1', '2001:db8:1:8000::'],
  ],
  ['::ffff:10.0.0.0/104', ['10.2.3.4', '::ffff:10.2.3.4'], ['11.0.0.0']],
  ['::ffff:7f00:1', ['127.0.0.1', '::ffff:127.0.0.1'], ['127.0.0.2']],
  ['10.0.0.1,10.0.0.3 , ::1', ['10.0.0.1', '10.0.0.3', '::1'], ['10.0.0.2', '::3']],
] as const) {
  t.test(`--trust ${text} takes whom it names, and nobody else`, (t) => {
    const peers = TrustedPeers.parse([text])
    for (const peer of trusted) t.ok(peers.trusts(peer, false), peer)
    for (const peer of others) t.notOk(peers.trusts(peer, false), peer)
    t.notOk(peers.trusts(undefined, false), 'a peer whose address is gone')
    t.notOk(peers.trusts(undefined, true), 'a peer of a unix socket')
    t.end()
  })
}

t.test('unix is all peers of unix sockets, and them alone', (t) => {
  const peers = TrustedPeers.parse(['unix'])
  t.ok(peers.trusts(undefined, true))
  t.notOk(peers.trusts(undefined, false))
  t.notOk(peers.trusts('127.0.0.1', false))
  t.end()
})

t.test('several texts are one list, and none is nobody', (t) => {
  const peers = TrustedPeers.parse(['10.0.0.0/8,unix', '::1'])
  t.ok(peers.trusts('10.0.0.1', false) && peers.trusts('::1', false) && peers.trusts('', true))
  const nobody = TrustedPeers.parse([])
  t.notOk(nobody.trusts('127.0.0.1', false) || nobody.trusts('::1', false) || nobody.trusts(undefined, true))
  t.end()
})

const noAddress =
  'write an IPv4 or IPv6 address, a network such as 10.0.0.0/8, or unix; names are not looked up'
for (const text of [
  ...['', 'localhost', 'gateway.test', '*', 'UNIX', '10.0.0', '10.0.0.256', '010.0.0.1', '0x7f.1', '1'],
  ...['[::1]', '::1%lo', 'fe80::1%eth0/64', ':::', '1::2::3', '10.0.0.1:80', '/8', '10.0.0.0 /8', 'unix:/x'],
]) {
  t.test(`"${text}" is no peer, and the error says what one is`, (t) => {
    t.throws(() => TrustedPeers.parse(['10.0.0.1', text]), {
      message: `"${text}" is no address: ${noAddress}`,
    })
    t.end()
  })
}

for (const [text, bits] of [
  ['10.0.0.0/33', 32],
  ['10.0.0.0/', 32],
  ['10.0.0.0/-1', 32],
  ['10.0.0.0/8/8', 32],
  ['10.0.0.0/255.0.0.0', 32],
  ['10.0.0.0/1e1', 32],
  ['::/129', 128],
  ['::/0x10', 128],
] as const) {
  t.test(`${text} has no prefix length that its address can have`, (t) => {
    t.throws(() => TrustedPeers.parse([text]), {
      message: `"${text}" has no prefix length behind its slash: write 0 to ${bits}`,
    })
    t.end()
  })
}

for (const [text, network] of [
  ['10.1.2.3/8', '10.0.0.0/8'],
  ['10.1.2.3/0', '0.0.0.0/0'],
  ['192.168.1.1/31', '192.168.1.0/31'],
  ['fd12:3456::1/8', 'fd00::/8'],
  ['2001:db8::1/127', '2001:db8::/127'],
  ['2001:db8:1:2:3:4:5:6/64', '2001:db8:1:2::/64'],
  ['::1/0', '::/0'],
  ['::ffff:10.1.0.0/104', '::ffff:10.0.0.0/104'],
  ['64:ff9b::1.2.3.4/96', '64:ff9b::/96'],
] as const) {
  t.test(`${text} is written ${network}, and the error says so`, (t) => {
    t.throws(() => TrustedPeers.parse([text]), {
      message: `"${text}" has bits behind its prefix: write ${network}`,
    })
    TrustedPeers.parse([network])
    t.end()
  })
}

t.test('whatever the network, what the error says is right, and the address itself is in it', (t) => {
  const random = new SeededRandom()
  t.comment(`seed ${random.seed}`)
  for (let round = 0; round < 1_000; round++) {
    const six = random.below(2) === 1
    const parts = Array.from({ length: six ? 8 : 4 }, () => random.below(six ? 65_536 : 256))
    const address = six ? parts.map((part) => part.toString(16)).join(':') : parts.join('.')
    const prefix = random.below(six ? 129 : 33)
    if (!networkOf(address, prefix).trusts(address, false)) t.fail(`${address}/${prefix}`)
  }
  t.end()
})

function networkOf(address: string, prefix: number): TrustedPeers {
  try {
    return TrustedPeers.parse([`${address}/${prefix}`])
  } catch (error) {
    return TrustedPeers.parse([(error as Error).message.replace(/.*write /, '')])
  }
}
