import type { Token } from './lex.js'
import { withoutCaptures } from './parse-template.js'
import type { SourceLine } from './routes-file.js'
import { isVariableName, type VariableScope } from './variables.js'

/** Reads `set NAME=value` into `scope`; what is wrong with it is reported. */
export function readSet([word, token, more]: readonly Token[], line: SourceLine, scope: VariableScope): void {
  if (word === undefined) return
  if (token === undefined) return line.error(word, 'the variable is missing', 'write set NAME=value')
  const equals = token.text.indexOf('=')
  const name = equals === -1 ? token.text : token.text.slice(0, equals)
  const wrong = nameMistake(name, equals !== -1, more)
  if (wrong !== undefined) line.error(equals === -1 ? (more ?? token) : token, ...wrong)
  else if (more !== undefined)
    line.error(more, 'a variable has one value', `write set ${name}="…" for one with blanks`)
  if (!isVariableName(name)) return
  const sound =
    wrong === undefined && more === undefined && token.spoilt !== true && withoutCaptures(token, line)
  const before = scope.set({ name, token, line }, sound ? token.text.slice(equals + 1) : undefined)
  if (before !== undefined) reportTwice(name, token, line, before.line)
}

function nameMistake(
  name: string,
  hasValue: boolean,
  next: Token | undefined,
): [message: string, help: string] | undefined {
  const upper = name.toUpperCase().replace(/[^A-Z0-9]/g, '_')
  if (name !== '' && !isVariableName(name)) {
    return [
      `"${name}" is no name of a variable`,
      isVariableName(upper) ? `names are upper case: ${upper}` : nameHelp,
    ]
  }
  if (name === '') return ['the name of the variable is missing', nameHelp]
  if (hasValue) return undefined
  const value = next === undefined || /^(?:=|->)/.test(next.text) ? 'value' : next.text
  return [`the variable ${name} has no value`, `write set ${name}=${value}, without blanks around "="`]
}

const nameHelp = 'write set NAME=value; a host that is called set is written set.'

function reportTwice(name: string, token: Token, line: SourceLine, before: SourceLine): void {
  line.error(token, `${name} is set already: ${before.file}:${before.number}`, 'leave one of them out')
}
