/** Stands in no octet, so that it parts key and value whatever is in them. */
const parting = '\u{100}'

/** The keys of a query, and its keys with their values, decoded. */
export class QueryPairs {
  readonly #pairs = new Set<string>()

  /** @param query latin1 text without its `?` */
  constructor(query: string) {
    for (const pair of query.split('&')) {
      if (pair === '') continue
      const equals = pair.indexOf('=')
      const key = decodedOctets(equals === -1 ? pair : pair.slice(0, equals))
      this.#pairs.add(key)
      this.#pairs.add(pairOf(key, equals === -1 ? '' : decodedOctets(pair.slice(equals + 1))))
    }
  }

  /** @param wanted a decoded key, or what pairOf makes of one and its value */
  has(wanted: string): boolean {
    return this.#pairs.has(wanted)
  }
}

/** A decoded key with one of its values, as QueryPairs knows it. */
export function pairOf(key: string, value: string): string {
  return `${key}${parting}${value}`
}

/** Escapes as the octets that they stand for, `+` as a blank; an escape that is none stays as it is. */
export function decodedOctets(text: string): string {
  return text
    .replaceAll('+', ' ')
    .replace(/%([0-9A-Fa-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
}

let lastQuery = ''
let lastPairs = new QueryPairs('')

/** The pairs of `query`. The last ones are kept, for routes ask one after another about the same request. */
export function queryPairs(query: string | undefined): QueryPairs {
  if (query !== undefined && query !== lastQuery) {
    lastPairs = new QueryPairs(query)
    lastQuery = query
  }
  return query === undefined ? noPairs : lastPairs
}

const noPairs = new QueryPairs('')
