import { lookup as systemLookup } from 'node:dns'
import { isIP } from 'node:net'
import { maxNames, RecentMap } from './recent-map.js'

export interface Address {
  readonly address: string
  readonly family: number
}

type SystemLookup = (name: string, done: (error: Error | null, addresses: Address[]) => void) => void

const askSystem: SystemLookup = (name, done) => systemLookup(name, { all: true, verbatim: true }, done)

interface Entry {
  readonly addresses: readonly Address[]
  readonly until: number
}

/** Both loopback addresses, IPv6 first: where a dev server that says "localhost" may listen. */
const loopbacks: readonly Address[] = [
  { address: '::1', family: 6 },
  { address: '127.0.0.1', family: 4 },
]

/**
 * Names to addresses. getaddrinfo runs in Node's few pool threads and may hang, so there is one
 * question at a time per name; answers are kept for a while, and an old one is better than none.
 */
export class NameLookup {
  readonly #keepMs: number
  readonly #ask: SystemLookup
  readonly #known = new RecentMap<Entry>(maxNames)
  readonly #asking = new Map<string, Promise<readonly Address[]>>()

  /** @param keepMs how long answers are kept, in milliseconds */
  constructor(keepMs: number, ask: SystemLookup = askSystem) {
    this.#keepMs = keepMs
    this.#ask = ask
  }

  /** How many names are being asked for. */
  get underWay(): number {
    return this.#asking.size
  }

  /** The addresses of `host`, which may be an address itself; at once if they are known. */
  addresses(host: string): readonly Address[] | Promise<readonly Address[]> {
    if (host === 'localhost') return loopbacks
    const bare = host.startsWith('[') ? host.slice(1, -1) : host
    const family = isIP(bare)
    if (family !== 0) return [{ address: bare, family }]
    const entry = this.#known.get(bare)
    if (entry !== undefined && entry.until > performance.now()) return entry.addresses
    return this.#asking.get(bare) ?? this.#look(bare)
  }

  #look(name: string): Promise<readonly Address[]> {
    const answer = this.#answer(name).finally(() => this.#asking.delete(name))
    this.#asking.set(name, answer)
    return answer
  }

  async #answer(name: string): Promise<readonly Address[]> {
    try {
      return this.#keep(name, await this.#question(name))
    } catch (error) {
      const old = this.#known.get(name)
      if (old === undefined) throw error
      // Kept for another while, so that not every dial waits for a resolver that fails.
      return this.#keep(name, old.addresses)
    }
  }

  #question(name: string): Promise<readonly Address[]> {
    return new Promise((resolve, reject) => {
      this.#ask(name, (error, addresses) => {
        if (error === null && addresses.length > 0) resolve(addresses)
        else reject(error ?? new Error('no address'))
      })
    })
  }

  #keep(name: string, addresses: readonly Address[]): readonly Address[] {
    this.#known.set(name, { addresses, until: performance.now() + this.#keepMs })
    return addresses
  }
}
