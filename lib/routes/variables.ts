import { didYouMean } from './did-you-mean.js'
import type { Token } from './lex.js'
import type { SourceLine } from './routes-file.js'

/** Values by name, such as the environment. */
export type Variables = Readonly<Record<string, string | undefined>>

const reference = /\$\{([^}:]*)(?::-([^}]*))?\}/g

/**
 * Puts values in place of `${NAME}` and `${NAME:-fallback}`, in upper-case names; it happens within a
 * token, so a value can never add one. An unknown name without fallback is reported.
 */
export function expandVariables(token: Token, variables: Variables, line: SourceLine): Token {
  if (!token.text.includes('${')) return token
  const text = token.text.replace(reference, (_whole, name: string, fallback: string | undefined) => {
    const value = (Object.hasOwn(variables, name) ? variables[name] : undefined) ?? fallback
    if (value === undefined) line.error(token, ...unknown(name, variables))
    return value ?? ''
  })
  return { ...token, text }
}

function unknown(name: string, variables: Variables): [string, string] {
  if (!/^[A-Z][A-Z0-9_]*$/.test(name))
    return [`"\${${name}}" is no variable`, 'names are upper case: ${PORT}']
  const similar = didYouMean(name, Object.keys(variables))
  return [
    `the variable ${name} is not set`,
    similar || `set it in the environment, or write \${${name}:-value}`,
  ]
}
