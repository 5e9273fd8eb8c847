import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { sourceFiles, type SourceFile } from '../../fixtures/source-files.js'

const ranks: Readonly<Record<string, number>> = {
  core: 0,
  message: 1,
  parse: 2,
  pipeline: 2,
  routes: 2,
  upstream: 2,
  metrics: 2,
  hop: 3,
  exchange: 4,
  gateway: 5,
  cli: 6,
}

/** The one room that may import a package. */
const doors: Readonly<Record<string, string>> = {
  'llhttp-wasm': 'parse',
  undici: 'upstream',
  yargs: 'cli',
  chalk: 'cli',
  leven: 'routes',
  mrmime: 'routes',
  '@opentelemetry/sdk-metrics': 'metrics',
  '@opentelemetry/exporter-prometheus': 'metrics',
}

const files = sourceFiles('lib')

t.test('every file of lib stands in a room', (t) => {
  for (const { room, path } of files) t.ok(room in ranks, path)
  t.end()
})

t.test('a file imports from its own room or from a lower rank', (t) => {
  for (const file of files) {
    for (const room of importedRooms(file)) {
      const allowed = room === file.room || (ranks[room] ?? 99) < (ranks[file.room] ?? -1)
      t.ok(allowed, `${file.path} imports from ${room}`)
    }
  }
  t.end()
})

t.test('no imports go in a circle', (t) => {
  const graph = new Map(files.map((file) => [file.path, localImports(file)]))
  for (const { path } of files) t.same(circleFrom(path, graph), [], path)
  t.end()
})

t.test('each third-party package has one door', (t) => {
  for (const file of files) {
    for (const specifier of file.imports) {
      if (specifier.startsWith('.') || specifier.startsWith('node:')) continue
      t.equal(doors[specifier], file.room, `${file.path} imports ${specifier}`)
    }
  }
  t.end()
})

t.test('every dependency of the package is used through its door', (t) => {
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    dependencies: Record<string, string>
  }
  for (const name of Object.keys(dependencies)) t.ok(name in doors, name)
  t.end()
})

t.test('no barrels, no utils, no file over 300 lines', (t) => {
  for (const { path, text } of files) {
    t.notMatch(path, /\/(?:index|utils?|helpers?)\.ts$/)
    t.ok(text.split('\n').length <= 301, `${path} is short`)
  }
  t.end()
})

function localImports(file: SourceFile): string[] {
  return file.imports
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => join(file.path, '..', specifier).replace(/\.js$/, '.ts'))
}

function importedRooms(file: SourceFile): string[] {
  return localImports(file).map((path) => path.split('/')[1] ?? '')
}

/** The files of a circle that `start` is on, if there is one. Type imports count: a reader follows them too. */
function circleFrom(start: string, graph: ReadonlyMap<string, readonly string[]>): string[] {
  const seen = new Set<string>()
  const walk = (path: string, trail: readonly string[]): string[] => {
    for (const next of graph.get(path) ?? []) {
      if (next === start) return [...trail, path]
      if (seen.has(next)) continue
      seen.add(next)
      const found = walk(next, [...trail, path])
      if (found.length > 0) return found
    }
    return []
  }
  return walk(start, [])
}
