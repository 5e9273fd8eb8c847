import { deepEqual, equal, ok } from 'node:assert/strict'
import fc, { type Arbitrary } from 'fast-check'
import t, { type Test } from 'tap'
import { inBatches } from '../../fixtures/generated/batches.js'
import { filesOf, mainFile, routesWorld } from '../../fixtures/generated/routes-files.js'
import { untidyRoutes } from '../../fixtures/generated/routes-layouts.js'
import { compileRoutes } from '../../lib/routes/compile.js'
import { formatRoutes } from '../../lib/routes/format-routes.js'
import { noFiles, type RoutesFiles } from '../../lib/routes/side-file.js'
import { escapeBytes } from '../../fixtures/transcripts.js'

const variables = { SITE: 'site.test', ORIGIN: ':7', QUOTE: '"', BLANKS: '  ', A: 'a' }

/** What comes of a text, without the places: those of lines and columns are all that may change. */
function meaning(text: string, files: RoutesFiles): unknown {
  const {
    routes,
    tests,
    mistakes,
    unused,
    files: read,
  } = compileRoutes([{ name: mainFile, text }], variables, files)
  return {
    routes: routes.map((route) => ({ ...route, place: route.place.file, lineText: '' })),
    tests: tests.map(({ request, expected, key }) => [request, expected, key.host, key.path, key.query]),
    mistakes: mistakes
      .map(({ severity, message, help, place }) => `${severity} ${place.file} ${message} ${help}`)
      // Lines are other ones, and what is said of the same line may change places.
      .map((told) => told.replaceAll(/:\d+/g, ':0'))
      .sort(),
    unused: unused.map(({ name }) => name),
    read,
  }
}

function checkLayout(text: string, files: RoutesFiles): void {
  const formatted = formatRoutes(text)
  equal(formatRoutes(formatted), formatted, 'a formatted text stays as it is')
  deepEqual(meaning(formatted, files), meaning(text, files), 'it means the same')
  ok(formatted === '' || /[^\n]\n$/.test(formatted), 'it ends with one line end')
  ok(!/^\n|\n\n\n/.test(formatted), 'one blank line at most')
  ok(!formatted.split('\n').some((line) => /[ \t]$/.test(line)), 'no blanks at the end of a line')
}

function tryLayouts<T>(
  t: Test,
  name: string,
  runs: number,
  worlds: Arbitrary<T>,
  check: (world: T) => void,
  shown: (world: T) => string,
): void {
  t.test(name, (t) =>
    inBatches(t, runs, (t, seed, numRuns) => {
      const details = fc.check(fc.property(worlds, check), { seed, numRuns, interruptAfterTimeLimit: 60_000 })
      if (details.counterexample !== null) {
        const { errorInstance } = details
        const reason = errorInstance instanceof Error ? errorInstance.message : ''
        t.comment(`${escapeBytes(shown(details.counterexample[0]))}\n${reason}`)
      }
      t.notOk(details.failed, `all of ${numRuns} runs`)
      t.end()
    }),
  )
}

tryLayouts(
  t,
  'untidy routes mean the same in their layout, and stay in it',
  2_000,
  untidyRoutes,
  (text) => checkLayout(text, noFiles),
  (text) => text,
)

const brokenWorld = routesWorld.map((world) => ({
  text: (world.files[mainFile] ?? Buffer.alloc(0)).toString(),
  files: filesOf(world),
}))

tryLayouts(
  t,
  'so do any bytes',
  2_000,
  brokenWorld,
  ({ text, files }) => checkLayout(text, files),
  ({ text }) => text,
)
