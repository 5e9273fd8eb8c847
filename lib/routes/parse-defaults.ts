import type { Token } from './lex.js'
import { isOriginOption, readOption, type OptionsDraft } from './parse-options.js'
import type { SourceLine } from './routes-file.js'

/** What every match captures: the routes of a file have no more in common. */
const captures: ReadonlySet<string> = new Set(['rest', 'query'])

/** Reads `defaults option…` into `draft`; what is wrong with it is reported. */
export function readDefaults(
  [word, ...options]: readonly Token[],
  line: SourceLine,
  draft: OptionsDraft,
): void {
  if (word !== undefined && options.length === 0) {
    line.error(word, 'the options are missing', 'write defaults connect=3s response=30s')
  }
  for (const token of options) {
    if (token.spoilt === true) continue
    const wrong = misplaced(token.text)
    if (wrong === undefined) readOption(token, line, draft, captures)
    else line.error(token, ...wrong)
  }
}

function misplaced(text: string): [message: string, help: string] | undefined {
  if (text.startsWith('name=')) return ['a name is for one route', 'write it behind the route']
  if (text === '->') return ['defaults have no target', 'a host that is called defaults is written defaults.']
  if (isOriginOption(text)) return [`"${text}" belongs to an origin`, 'write it behind one']
  return undefined
}
