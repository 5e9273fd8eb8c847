import type { Token } from './lex.js'
import { finishOrigin, type OriginDraft } from './origin-options.js'
import {
  isOriginOption,
  looksLikeOption,
  readOption,
  readOriginOption,
  type OptionsDraft,
} from './parse-options.js'
import { readTarget, type ReadTarget, type TargetScope } from './parse-target.js'
import { routeOptionTable } from './route-options.js'
import type { Origin, PathPattern, Redirect, Route, StaticAnswer } from './route.js'
import type { SourceLine } from './routes-file.js'

/** A route that is being read: everything behind its match, token by token. */
export class RouteDraft {
  readonly #scope: TargetScope
  readonly #options: OptionsDraft = { options: {}, given: [], edits: [] }
  readonly #origins: OriginDraft[] = []
  #kind: ReadTarget['kind'] | undefined
  #answer: StaticAnswer | Redirect | undefined

  constructor(scope: TargetScope) {
    this.#scope = scope
  }

  /** Reads what stands behind the match on its own line. */
  read(tokens: readonly Token[], line: SourceLine): void {
    let arrow = this.#kind !== undefined
    for (let at = 0; at < tokens.length;) {
      const token = tokens[at] as Token
      if (token.text === '->' && token.spoilt !== true) {
        arrow = true
        at += 1 + this.#readTarget(token, tokens.slice(at + 1, at + 3), line)
      } else {
        this.#readOption(token, line, arrow)
        at++
      }
    }
  }

  /** Reads an indented line. */
  readContinuation(tokens: readonly Token[], line: SourceLine): void {
    const [first] = tokens as readonly [Token]
    const another = /[./*]/.test(first.text) || tokens.some(({ text }) => text === '->')
    if (first.text === '->' || looksLikeOption(first.text) || !another) return this.read(tokens, line)
    const message = `"${first.text}" neither is an option nor begins a target`
    line.error(first, message, 'a route begins at the first column of its line')
  }

  /**
   * What the route has got; what does not go together is reported.
   * @param path of the match, undefined where that was wrong
   * @returns undefined where a mistake leaves no target
   */
  finish(path: PathPattern | undefined): Pick<Route, 'target' | 'options'> | undefined {
    const { options } = this.#options
    if (this.#kind === 'own') {
      this.#checkOwn()
      return this.#answer && { target: this.#answer, options }
    }
    if (path?.segments.length === 0 && options.strip) this.#warnOfStrip()
    const origins = this.#finishOrigins()
    return origins && { target: { kind: 'origins', origins }, options }
  }

  #readOption(token: Token, line: SourceLine, arrow: boolean): void {
    if (token.spoilt === true) return
    if (/^!?(?:header|query):/.test(token.text)) {
      line.error(
        token,
        'a condition stands directly behind host and path',
        'conditions stand before the options',
      )
    } else if (isOriginOption(token.text)) {
      readOriginOption(token, line, this.#origins.at(-1), this.#scope.readFile)
    } else if (arrow || looksLikeOption(token.text)) {
      readOption(token, line, this.#options, this.#scope.captures)
    } else {
      line.error(token, `"${token.text}" is no option`, 'hosts are joined by commas without blanks')
    }
  }

  /** @returns how many of `tokens` it has */
  #readTarget(arrow: Token, tokens: readonly Token[], line: SourceLine): number {
    const [token, next] = tokens
    if (token === undefined || (token.text === '->' && token.quoted !== true)) {
      line.error(
        arrow,
        'the origin is missing',
        'write where the requests go, such as :3000 or 10.0.0.5:3000',
      )
      this.#kind ??= 'origin'
      return 0
    }
    const target = readTarget(next === undefined ? [token] : [token, next], line, this.#scope)
    if (this.#kind !== undefined && (target.kind === 'own' || this.#kind === 'own')) {
      line.error(token, 'a route has either origins or one answer', 'leave one of them out')
    }
    this.#kind ??= target.kind
    if (target.kind === 'origin') this.#origins.push(target.draft)
    else this.#answer ??= target.answer
    return target.length
  }

  #checkOwn(): void {
    const { given, edits } = this.#options
    for (const { name, token, line } of [...given, ...edits]) {
      if (routeOptionTable[name]?.answers === true) continue
      const written = name.endsWith(':') ? `${name}…` : name
      line.error(token, `"${written}" makes no sense here: nothing goes to an origin`, 'leave it out')
    }
  }

  #warnOfStrip(): void {
    const strip = this.#options.given.find(({ name }) => name === 'strip')
    strip?.line.warning(strip.token, 'there is no path in the match that strip could remove', 'leave it out')
  }

  #finishOrigins(): Origin[] | undefined {
    const origins = this.#origins.map(finishOrigin)
    if (origins.length > 1) this.#refuseTwice(origins)
    const [first] = this.#origins
    if (!isWhole(origins) || first === undefined) return undefined
    if (origins.length === 1) warnOfLoneWeight(first)
    if (origins.every(({ backup }) => backup)) warnOfBackups(first)
    return origins
  }

  #refuseTwice(origins: readonly (Origin | undefined)[]): void {
    const seen = new Set<string>()
    for (const [i, origin] of origins.entries()) {
      const { line, token } = this.#origins[i] as OriginDraft
      if (origin === undefined) continue
      if (seen.has(origin.key))
        line.error(token, `the origin ${origin.text} stands here twice`, 'give one a weight instead')
      seen.add(origin.key)
    }
  }
}

function isWhole(origins: (Origin | undefined)[]): origins is Origin[] {
  return !origins.includes(undefined)
}

function warnOfLoneWeight({ given }: OriginDraft): void {
  const { token, line } = given.find(({ name }) => name === 'weight') ?? {}
  if (token !== undefined)
    line?.warning(token, 'a weight does nothing: the route has no other origin', 'leave it out')
}

function warnOfBackups({ given }: OriginDraft): void {
  const { token, line } = given.find(({ name }) => name === 'backup') ?? {}
  if (token !== undefined) line?.warning(token, 'all origins of the route are backups', 'leave it out at one')
}
