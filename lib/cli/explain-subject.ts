import { didYouMean } from '../routes/did-you-mean.js'
import type { Route } from '../routes/route.js'
import type { RouteTable } from '../routes/route-table.js'
import { parseAskedUrl, type AskedUrl } from './explain-url.js'

/** What a word of the command line asks about: a URL, or routes. */
export interface ExplainSubject {
  /** undefined where the word is a name. */
  readonly url: AskedUrl | undefined
  /** The routes that are called so; mostly one, or none where it is a URL. */
  readonly routes: readonly Route[]
}

/** @throws Error with a sentence where `word` is neither a URL nor the name of a route of `table` */
export function explainSubject(word: string, table: RouteTable): ExplainSubject {
  const routes = table.routes.filter(({ name }) => name === word)
  // A route without a name of its own is called by its match, which may be a URL as well.
  if (routes.some(({ options }) => options.name !== undefined)) return { url: undefined, routes }
  try {
    const url = parseAskedUrl(word)
    return { url: withNote(url, nameNote(word, url, routes, table)), routes }
  } catch (error) {
    if (routes.length > 0) return { url: undefined, routes }
    const similar = similarName(word, table)
    throw new Error(`${(error as Error).message}${similar === '' ? '' : `; ${similar}`}`, { cause: error })
  }
}

function withNote(url: AskedUrl, note: string): AskedUrl {
  return note === '' ? url : { ...url, notes: [...url.notes, note] }
}

/** What speaks for the word being meant as a name, after all. */
function nameNote(word: string, url: AskedUrl, routes: readonly Route[], table: RouteTable): string {
  if (routes.length > 0) return 'a route is called so, too: to explain that, give it a name='
  const similar = /[./:[]/.test(word) ? '' : similarName(url.authority, table)
  return similar === '' ? '' : `no route has this name; ${similar}`
}

/** So many names are compared with one that is wrong. */
const maxNames = 10_000

function similarName(word: string, table: RouteTable): string {
  const names: string[] = []
  for (const name of table.names) if (names.push(name) === maxNames) break
  return didYouMean(word, names)
}
