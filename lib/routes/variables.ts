import { didYouMean } from './did-you-mean.js'
import { partOf, type Token } from './lex.js'
import type { SourceLine } from './routes-file.js'
import { templateText, type Capture } from './template.js'

/** Values by name, such as the environment. */
export type Variables = Readonly<Record<string, string | undefined>>

// Braces are in no name and no fallback, so that each is looked at once. Last, one that is not closed, and
// all behind it.
const reference = /\$\{([^{}:]*)(?::-([^{}]*))?\}|\$\{[^]*/g
const nameForm = /^[A-Z][A-Z0-9_]*$/
const captureForm = /^[a-z][A-Za-z0-9_.-]*$/

/**
 * Puts values in place of `${NAME}` and `${NAME:-fallback}`, in upper-case names; it happens within a
 * token, so a value can never add one, nor a capture. As in a shell, the fallback stands for an empty value
 * too. `${name}` in lower case is a capture, and becomes a part of its own. An unknown name without fallback
 * is reported.
 */
export function expandVariables(token: Token, variables: Variables, line: SourceLine): Token {
  if (!token.text.includes('${')) return token
  const parts: (string | Capture)[] = []
  let [literal, end, spoilt] = ['', 0, false]
  for (const { index, 0: whole, 1: name, 2: fallback } of token.text.matchAll(reference)) {
    literal += token.text.slice(end, index)
    end = index + whole.length
    const value = valueOf(name, fallback, variables)
    if (value === undefined && isCapture(name, fallback)) {
      parts.push(literal, { capture: name })
      literal = ''
      continue
    }
    if (value === undefined) {
      spoilt = true
      line.error(partOf(token, index, whole.length), ...mistakeIn(name, variables))
    }
    literal += value ?? whole
  }
  parts.push(literal + token.text.slice(end))
  return { ...token, text: templateText(parts), ...(parts.length > 1 ? { parts } : {}), spoilt }
}

function isCapture(name: string | undefined, fallback: string | undefined): name is string {
  return name !== undefined && fallback === undefined && captureForm.test(name)
}

function valueOf(
  name: string | undefined,
  fallback: string | undefined,
  variables: Variables,
): string | undefined {
  if (name === undefined || !nameForm.test(name)) return undefined
  const value = Object.hasOwn(variables, name) ? variables[name] : undefined
  return fallback === undefined ? value : value || fallback
}

function mistakeIn(name: string | undefined, variables: Variables): [string, string] {
  if (name === undefined) return ['"${" begins no variable', 'write ${NAME} or ${NAME:-value}']
  if (!nameForm.test(name)) return [`"\${${name}}" is no variable`, 'names are upper case: ${PORT}']
  const names = Object.keys(variables).filter((one) => nameForm.test(one))
  const similar = didYouMean(name, names)
  return [
    `the variable ${name} is not set`,
    similar || `set it in the environment, or write \${${name}:-value}`,
  ]
}
