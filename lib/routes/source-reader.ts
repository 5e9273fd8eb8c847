import { normalize } from 'node:path'
import { decodeRoutes } from './decode-routes.js'
import { readIncludes, type IncludedFile } from './parse-include.js'
import { readDefaults } from './parse-defaults.js'
import type { OptionsDraft } from './parse-options.js'
import { parseRoute } from './parse-route.js'
import { readSet } from './parse-set.js'
import { parseTest } from './parse-test.js'
import type { Token } from './lex.js'
import type { MistakeList } from './mistake-list.js'
import { addDefaults, dropEmpty } from './route-defaults.js'
import type { Route } from './route.js'
import type { RouteTest } from './route-test.js'
import type { ReadSource, RoutesSource } from './routes-file.js'
import { maxRoutesFileBytes, maxSideFileBytes, type FileReader, type RoutesFiles } from './side-file.js'
import { keywordOf, statements, type Statement, type TokenLine } from './statement.js'
import type { VariableScope } from './variables.js'

/** What stands in one file, beside what it includes. */
interface SourceContent {
  readonly defaults: OptionsDraft
  readonly routes: Route[]
  /** The files that led here, the first one first. */
  readonly chain: readonly string[]
}

/** So many statements are one step: a step for each would take a tenth longer in all. */
const perStep = 16

/** A table of more takes more memory than a gateway should. */
const maxRoutes = 250_000

/** Reads sources and what they include, statement by statement. */
export class SourceReader {
  readonly routes: Route[] = []
  readonly tests: RouteTest[] = []
  /** The sources, and every file that was read for them, in the order in which they were begun. */
  readonly files = new Set<string>()
  readonly #scope: VariableScope
  readonly #files: RoutesFiles
  readonly #mistakes: MistakeList
  readonly #readSideFile: FileReader
  /** Of all files that were included. */
  #characters = 0
  #sinceStep = 0
  /** How many routes there are, right or wrong. */
  #count = 0
  /** Each routes file that was read, by its normal path, and where that was said; undefined for the sources. */
  readonly #included = new Map<string, string | undefined>()

  constructor(scope: VariableScope, files: RoutesFiles, mistakes: MistakeList) {
    this.#scope = scope
    this.#files = files
    this.#mistakes = mistakes
    this.#readSideFile = (path, fromFile) => {
      this.files.add(path)
      return files.read(path, fromFile, maxSideFileBytes)
    }
  }

  /** In steps of 16 statements. Everything that is wrong is reported. */
  *read(source: RoutesSource): Generator<void> {
    this.#included.set(normalize(source.name), undefined)
    this.files.add(source.name)
    yield* this.#readText(decodeRoutes(source, this.#files, this.#mistakes.report), [])
  }

  *#readText(source: ReadSource | undefined, chain: readonly string[]): Generator<void> {
    if (source === undefined) return
    this.files.add(source.name)
    const defaults = { options: {}, given: [], edits: [] }
    const content: SourceContent = { defaults, routes: [], chain: [...chain, source.name] }
    for (const statement of statements(
      source,
      this.#scope,
      this.#mistakes.report,
      () => this.#mistakes.full,
    )) {
      // A generator for each statement would take longer than most statements.
      if (keywordOf(statement) === 'include') yield* this.#include(statement, content)
      else this.#readStatement(statement, content)
      if (++this.#sinceStep % perStep === 0) yield
      if (this.#mistakes.full) break
    }
    yield* this.#finishRoutes(content)
  }

  #readStatement(statement: Statement, content: SourceContent): void {
    const [{ line, tokens }, continued] = statement
    const word = keywordOf(statement)
    if (word === undefined) return this.#readRoute(statement, content)
    if (continued !== undefined) refuseContinuation(word, continued)
    if (word === 'set') readSet(tokens, line, this.#scope)
    else if (word === 'defaults') readDefaults(tokens, line, content.defaults)
    else this.#addTest(parseTest(tokens, line))
  }

  #readRoute(statement: Statement, { routes }: SourceContent): void {
    if (this.#count === maxRoutes) this.#refuseMore(statement)
    const route = this.#count++ < maxRoutes ? parseRoute(statement, this.#readSideFile) : undefined
    if (route !== undefined) routes.push(route)
  }

  #refuseMore([{ line, tokens }]: Statement): void {
    line.error(tokens[0] as Token, `there are more than ${maxRoutes} routes`, 'the others are not looked at')
  }

  #addTest(test: RouteTest | undefined): void {
    if (test !== undefined) this.tests.push(test)
  }

  *#include([{ line, tokens }, continued]: Statement, { chain }: SourceContent): Generator<void> {
    if (continued !== undefined) refuseContinuation('include', continued)
    for (const included of readIncludes(tokens, line, chain, this.#included, this.#files)) {
      yield* this.#readIncluded(included, chain)
    }
  }

  *#readIncluded({ name, token, line }: IncludedFile, chain: readonly string[]): Generator<void> {
    this.#included.set(normalize(name), `${line.file}:${line.number}`)
    this.files.add(name)
    const source = decodeRoutes({ name }, this.#files, ({ message }) =>
      line.error(token, `"${name}" cannot be included: ${message}`),
    )
    if (source !== undefined && this.#isTooMuch(source)) {
      const limit = `${maxRoutesFileBytes / 1024 / 1024} MiB`
      return line.error(token, `the files are too large together: they have more than ${limit}`)
    }
    yield* this.#readText(source, chain)
  }

  #isTooMuch({ text }: ReadSource): boolean {
    this.#characters += text.length
    return this.#characters > maxRoutesFileBytes
  }

  /** Defaults are for all routes of their file, wherever they stand in it. */
  *#finishRoutes({ defaults, routes }: SourceContent): Generator<void> {
    const inherits = defaults.given.length + defaults.edits.length > 0
    for (const route of routes) {
      if (inherits) addDefaults(route.options, defaults.options, route.target.kind)
      dropEmpty(route.options)
      this.routes.push(route)
      if (++this.#sinceStep % perStep === 0) yield
    }
  }
}

function refuseContinuation(word: string, { line, tokens }: TokenLine): void {
  const first = tokens[0]
  if (first !== undefined)
    line.error(first, `only a route goes on on indented lines, not "${word}"`, 'begin a line for it')
}
