import { lexLine, type Token } from './lex.js'
import { parseMatch } from './parse-match.js'
import { parseOrigin } from './parse-origin.js'
import type { Route } from './route.js'
import { looksLikeOption, parseOptions } from './route-options.js'
import type { SourceLine } from './routes-file.js'
import { expandVariables, type Variables } from './variables.js'

/**
 * Reads one line: `match [option…] -> origin [option…]`. Everything that is wrong with it is reported.
 * @returns undefined for a blank line, a comment, or a line with a mistake that leaves no route
 */
export function parseRoute(line: SourceLine, variables: Variables): Route | undefined {
  const { tokens: written, unclosed } = lexLine(line.text)
  const tokens = written.map((token) => expandVariables(token, variables, line))
  if (unclosed !== undefined) line.error(unclosed, 'the quote is not closed', 'end it with "')
  const [matchToken, ...rest] = tokens
  if (unclosed !== undefined || matchToken === undefined) return undefined
  const arrow = rest.findIndex((token) => token.text === '->')
  const originToken = rest[arrow + 1]
  if (matchToken.text === '->') return refuse(line, matchToken, 'the match is missing', matchHelp)
  if (arrow === -1) return refuse(line, noArrowAt(matchToken, rest), 'the arrow "->" is missing', arrowHelp)
  if (originToken === undefined)
    return refuse(line, rest[arrow] as Token, 'the origin is missing', originHelp)
  const match = sound(matchToken) ? parseMatch(matchToken, line) : undefined
  const origin = sound(originToken) ? parseOrigin(originToken, line) : undefined
  const before = optionsOnly(rest.slice(0, arrow).filter(sound), line)
  const options = parseOptions([...before, ...rest.slice(arrow + 2).filter(sound)], line)
  if (match === undefined || origin === undefined) return undefined
  return {
    ...match,
    name: options.name ?? matchToken.text,
    methods: [],
    conditions: [],
    target: { kind: 'origins', origins: [origin] },
    options,
    matchText: matchToken.text,
    place: line.place(matchToken),
  }
}

const matchHelp = 'write the host and path that the route takes, or * for all: a.test/api -> :3000'
const arrowHelp = 'a route is: host/path -> origin, with blanks around the arrow'
const originHelp = 'write where the requests go, such as :3000 or 10.0.0.5:3000'

function sound(token: Token): boolean {
  return token.spoilt !== true
}

function refuse(line: SourceLine, token: Token, message: string, help: string): undefined {
  line.error(token, message, help)
}

/** The token that stands where the arrow should. */
function noArrowAt(matchToken: Token, rest: readonly Token[]): Token {
  return rest.find((token) => !looksLikeOption(token.text)) ?? matchToken
}

function optionsOnly(tokens: readonly Token[], line: SourceLine): Token[] {
  return tokens.filter((token) => {
    const option = looksLikeOption(token.text)
    if (!option)
      line.error(token, `"${token.text}" is no option`, 'hosts are joined by commas without blanks')
    return option
  })
}
