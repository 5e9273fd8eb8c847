import { didYouMean } from './did-you-mean.js'
import { partOf, type Token } from './lex.js'
import type { SourceLine } from './routes-file.js'
import { templateText, type Capture } from './template.js'

/** Values by name, such as the environment. */
export type Variables = Readonly<Record<string, string | undefined>>

/** A variable that a `set` names, and where. */
export interface SetVariable {
  readonly name: string
  readonly token: Token
  readonly line: SourceLine
}

/** So many names are compared with one that is wrong. */
const maxNames = 1_000
/** A token in which values come to more is a mistake: a value may hold others, and so grow without bound. */
const maxExpanded = 64 * 1024
/** All values of a compilation together: a short name can stand for a long value again and again. */
const maxExpandedInAll = 64 * 1024 * 1024

/** What `${NAME}` stands for at a place of the routes: what was set above it, else what the environment has. */
export class VariableScope {
  readonly #environment: Variables
  readonly #set = new Map<string, SetVariable & { readonly value: string | undefined }>()
  readonly #used = new Set<string>()
  #expanded = 0

  constructor(environment: Variables) {
    this.#environment = environment
  }

  /** The value of `name`, which is used by that; undefined if it has none. */
  valueOf(name: string): string | undefined {
    this.#used.add(name)
    return this.#set.get(name)?.value ?? this.#inherited(name)
  }

  /** Notes that so many characters have come out of variables. @returns whether that goes on */
  fits(length: number): boolean {
    this.#expanded += length
    return this.#expanded <= maxExpandedInAll
  }

  /** Whether `name` was set to something that was reported as wrong: what uses it is not reported as well. */
  isSpoilt(name: string): boolean {
    const set = this.#set.get(name)
    return set !== undefined && set.value === undefined
  }

  /**
   * Gives a variable its value from here on, undefined for one that was reported as wrong.
   * @returns where it was set before: it keeps that value then
   */
  set(variable: SetVariable, value: string | undefined): SetVariable | undefined {
    const before = this.#set.get(variable.name)
    if (before === undefined) this.#set.set(variable.name, { ...variable, value })
    return before
  }

  /** Those that have a value; of many that were set the first 1000. */
  get names(): readonly string[] {
    const names = Object.keys(this.#environment).filter((name) => nameForm.test(name))
    for (const name of this.#set.keys()) if (names.push(name) >= maxNames) break
    return names
  }

  /** Those that were set, and that nothing has asked for. */
  get unused(): readonly SetVariable[] {
    return [...this.#set.values()].filter(({ name }) => !this.#used.has(name))
  }

  #inherited(name: string): string | undefined {
    return Object.hasOwn(this.#environment, name) ? this.#environment[name] : undefined
  }
}

/** Whether `text` can be the name of a variable. */
export function isVariableName(text: string): boolean {
  return nameForm.test(text)
}

const nameForm = /^[A-Z][A-Z0-9_]*$/
const captureForm = /^[a-z][A-Za-z0-9_.-]*$/

/**
 * Puts values in place of `${NAME}` and `${NAME:-fallback}`, in upper-case names; it happens within a
 * token, so a value can never add one, nor a capture. As in a shell, the fallback stands for an empty value
 * too. `${name}` in lower case is a capture, and becomes a part of its own. An unknown name without fallback
 * is reported.
 */
export function expandVariables(token: Token, scope: VariableScope, line: SourceLine): Token {
  if (!token.text.includes('${')) return token
  const parts: (string | Capture)[] = []
  let [literal, end, spoilt] = ['', 0, false]
  for (let at = token.text.indexOf('${'); at !== -1; at = token.text.indexOf('${', end)) {
    const { whole, name, fallback } = referenceAt(token.text, at)
    literal += token.text.slice(end, at)
    end = at + whole.length
    const value = valueOf(name, fallback, scope)
    if (value === undefined && isCapture(name, fallback)) {
      parts.push(literal, { capture: name })
      literal = ''
      continue
    }
    if (value === undefined) {
      spoilt = true
      if (name === undefined || !scope.isSpoilt(name))
        line.error(partOf(token, at, whole.length), ...mistakeIn(name, scope))
    }
    literal += value ?? whole
    if (value !== undefined && (literal.length > maxExpanded || !scope.fits(value.length))) {
      line.error(
        token,
        'the values of its variables are too long',
        `a word has ${maxExpanded / 1024} KiB at most`,
      )
      return { ...token, spoilt: true }
    }
  }
  parts.push(literal + token.text.slice(end))
  if (parts.length > 1) return { ...token, text: templateText(parts), parts, spoilt }
  // Written out: there may be very many, and a spread is slow.
  const { column, length } = token
  const expanded = { text: parts[0] as string, column, length, spoilt }
  return token.quoted === true ? { ...expanded, quoted: true } : expanded
}

interface Reference {
  readonly whole: string
  /** undefined where it is not closed. */
  readonly name: string | undefined
  readonly fallback: string | undefined
}

/** What begins with the `${` at `start`: braces are in no name and no fallback, so that each is looked at once. */
function referenceAt(text: string, start: number): Reference {
  let end = start + 2
  while (end < text.length && text[end] !== '{' && text[end] !== '}') end++
  const inner = text.slice(start + 2, end)
  const colon = inner.indexOf(':')
  if (text[end] !== '}' || (colon !== -1 && inner[colon + 1] !== '-')) {
    return { whole: text.slice(start), name: undefined, fallback: undefined }
  }
  const whole = text.slice(start, end + 1)
  if (colon === -1) return { whole, name: inner, fallback: undefined }
  return { whole, name: inner.slice(0, colon), fallback: inner.slice(colon + 2) }
}

function isCapture(name: string | undefined, fallback: string | undefined): name is string {
  return name !== undefined && fallback === undefined && captureForm.test(name)
}

function valueOf(
  name: string | undefined,
  fallback: string | undefined,
  scope: VariableScope,
): string | undefined {
  if (name === undefined || !nameForm.test(name)) return undefined
  const value = scope.valueOf(name)
  return fallback === undefined ? value : value || fallback
}

function mistakeIn(name: string | undefined, scope: VariableScope): [string, string] {
  if (name === undefined) return ['"${" begins no variable', 'write ${NAME} or ${NAME:-value}']
  if (!nameForm.test(name)) return [`"\${${name}}" is no variable`, 'names are upper case: ${PORT}']
  return [
    `the variable ${name} is not set`,
    didYouMean(name, scope.names) || `set it above or in the environment, or write \${${name}:-value}`,
  ]
}
