import { BlockList, isIP, SocketAddress } from 'node:net'

interface Network {
  readonly address: string
  readonly family: 4 | 6
  readonly prefix: number
}

const mapped = /^::ffff:([0-9]+\.[0-9]+\.[0-9]+\.[0-9]+)$/i

/** The peers whose X-Forwarded-* and Forwarded are believed. */
export class TrustedPeers {
  /** A list a family: BlockList lets an IPv6 network such as ::/0 take IPv4 addresses too. */
  readonly #lists = { 4: new BlockList(), 6: new BlockList() }
  #networks = 0
  #unix = false

  /**
   * Reads addresses, networks (`10.0.0.0/8`, `fd00::/8`) and `unix`, several in one text joined by commas.
   * @throws Error with a sentence that says what is wrong
   */
  static parse(texts: readonly string[]): TrustedPeers {
    const peers = new TrustedPeers()
    for (const text of texts.flatMap((one) => one.split(','))) peers.#add(text.trim())
    return peers
  }

  /**
   * @param remoteAddress as a socket has it; an IPv4 address may be mapped into IPv6
   * @param unix whether the peer came in on a unix socket
   */
  trusts(remoteAddress: string | undefined, unix: boolean): boolean {
    if (unix) return this.#unix
    if (this.#networks === 0 || remoteAddress === undefined) return false
    const [, four] = mapped.exec(remoteAddress) ?? []
    if (four !== undefined) return this.#lists[4].check(four, 'ipv4')
    if (isIP(remoteAddress) === 4) return this.#lists[4].check(remoteAddress, 'ipv4')
    // A link-local address names its interface behind a percent sign.
    return this.#lists[6].check(remoteAddress.replace(/%.*/s, ''), 'ipv6')
  }

  #add(text: string): void {
    if (text === 'unix') {
      this.#unix = true
      return
    }
    const { address, family, prefix } = network(text)
    this.#networks++
    this.#lists[family].addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6')
  }
}

function network(text: string): Network {
  const slash = text.indexOf('/')
  const address = slash === -1 ? text : text.slice(0, slash)
  const family = address.includes('%') ? 0 : isIP(address)
  if (family !== 4 && family !== 6) {
    const what = 'write an IPv4 or IPv6 address, a network such as 10.0.0.0/8, or unix'
    throw new Error(`"${text}" is no address: ${what}; names are not looked up`)
  }
  const bits = family === 4 ? 32 : 128
  const prefix = slash === -1 ? bits : prefixLength(text, text.slice(slash + 1), bits)
  const first = firstOf(address, family, prefix)
  if (first !== undefined) throw new Error(`"${text}" has bits behind its prefix: write ${first}/${prefix}`)
  return unmapped({ address, family, prefix })
}

function prefixLength(text: string, length: string, bits: number): number {
  if (/^[0-9]{1,3}$/.test(length) && Number(length) <= bits) return Number(length)
  throw new Error(`"${text}" has no prefix length behind its slash: write 0 to ${bits}`)
}

/** A peer of ::ffff:10.0.0.0/104 is one of 10.0.0.0/8. */
function unmapped(network: Network): Network {
  const address = new SocketAddress({ address: network.address, family: familyName(network.family) }).address
  const [, four] = network.family === 6 && network.prefix >= 96 ? (mapped.exec(address) ?? []) : []
  return four === undefined ? network : { address: four, family: 4, prefix: network.prefix - 96 }
}

/** The first address of the network; undefined if it is `address` itself. */
function firstOf(address: string, family: 4 | 6, prefix: number): string | undefined {
  const bits = family === 4 ? 32 : 128
  const number = family === 4 ? numberOf(address.split('.'), 10, 8n) : numberOf(groups(address), 16, 16n)
  const first = (number >> BigInt(bits - prefix)) << BigInt(bits - prefix)
  return first === number ? undefined : written(first, family)
}

function numberOf(parts: readonly string[], radix: number, bits: bigint): bigint {
  return parts.reduce((number, part) => (number << bits) | BigInt(Number.parseInt(part, radix)), 0n)
}

/** The eight groups of an IPv6 address, which may leave out zeros and end as IPv4 does (RFC 4291 section 2.2). */
function groups(address: string): string[] {
  const hexadecimal = address.replace(/[0-9]+(?:\.[0-9]+){3}$/, (four) => {
    const number = numberOf(four.split('.'), 10, 8n)
    return `${(number >> 16n).toString(16)}:${(number & 0xffffn).toString(16)}`
  })
  const [before = [], after = []] = hexadecimal
    .split('::')
    .map((side) => side.split(':').filter((group) => group !== ''))
  return [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after]
}

function written(number: bigint, family: 4 | 6): string {
  const [count, bits, radix, separator] = family === 4 ? [4, 8n, 10, '.'] : [8, 16n, 16, ':']
  const parts: string[] = []
  for (let rest = number; parts.length < count; rest >>= bits) {
    parts.unshift((rest & ((1n << bits) - 1n)).toString(radix))
  }
  return new SocketAddress({ address: parts.join(separator), family: familyName(family) }).address
}

function familyName(family: 4 | 6): 'ipv4' | 'ipv6' {
  return family === 4 ? 'ipv4' : 'ipv6'
}
