import { didYouMean } from './did-you-mean.js'
import type { Token } from './lex.js'
import type { RouteOptions } from './route.js'
import type { SourceLine } from './routes-file.js'


/** One option: how it is written, what it means, and what it sets. */
interface OptionRow {
  /** What stands behind `=`; undefined for an option that is a word alone. */
  readonly value: string | undefined
  readonly text: string
  /** @returns what is wrong with `value`, if anything */
  set(options: RouteOptions, value: string): string | undefined
}

/** The one table of route options; the man page is checked against it. */
export const routeOptionTable: Readonly<Record<string, OptionRow>> = {
  name: {
    value: 'word',
    text: "the route's name in logs and answers; default: its match",
    set(options, value) {
      if (!/^[\w.-]+$/.test(value)) return 'a name is made of letters, digits, dots, dashes and underscores'
      options.name = value
      return undefined
    },
  },
  strip: {
    value: undefined,
    text: 'the matched prefix is removed from the path that goes upstream',
    set(options) {
      options.strip = true
      return undefined
    },
  },
}

/** Whether a token can only be meant as an option, so that it may stand before the arrow. */
export function looksLikeOption(text: string): boolean {
  return text.includes('=') || Object.hasOwn(routeOptionTable, text)
}

/** Reads options; what is wrong with them is reported. */
export function parseOptions(tokens: readonly Token[], line: SourceLine): RouteOptions {
  const options: RouteOptions = {}
  const seen = new Set<string>()
  for (const token of tokens) {
    const name = parseOption(token, options, line)
    if (name !== undefined && seen.has(name)) line.error(token, `"${name}" is given twice`, 'leave one out')
    if (name !== undefined) seen.add(name)
  }
  return options
}

function parseOption(token: Token, options: RouteOptions, line: SourceLine): string | undefined {
  const equals = token.text.indexOf('=')
  const name = equals === -1 ? token.text : token.text.slice(0, equals)
  const row = Object.hasOwn(routeOptionTable, name) ? routeOptionTable[name] : undefined
  if (row === undefined) {
    line.error(token, `unknown option "${name}"`, didYouMean(name, Object.keys(routeOptionTable)))
    return undefined
  }
  if ((row.value === undefined) !== (equals === -1)) {
    line.error(
      token,
      row.value === undefined ? `"${name}" takes no value` : `"${name}" needs a value: ${name}=${row.value}`,
    )
    return name
  }
  const wrong = row.set(options, token.text.slice(equals + 1))
  if (wrong !== undefined) line.error(token, wrong)
  return name
}
