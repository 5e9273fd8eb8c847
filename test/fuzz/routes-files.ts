import fc from 'fast-check'
import t from 'tap'
import { findingsAreKept, inBatches } from '../../fixtures/generated/batches.js'
import { keepRoutesFinding, readRoutesCorpus } from '../../fixtures/generated/routes-corpus.js'
import { mainFile, routesWorld, worldOf, type RoutesWorld } from '../../fixtures/generated/routes-files.js'
import { checkRoutesReport } from '../../fixtures/generated/routes-report.js'
import { escapeBytes } from '../../fixtures/transcripts.js'

function shown({ files, variables }: RoutesWorld): string {
  const texts = Object.entries(files).map(
    ([name, bytes]) => `${name}: ${escapeBytes(bytes.toString('latin1'))}`,
  )
  return [...texts, JSON.stringify(variables)].join('\n')
}

/** Of several files the one that is compiled: what the others did there has to be written into it by hand. */
function kept({ files }: RoutesWorld): string {
  return findingsAreKept ? `kept as ${keepRoutesFinding(files[mainFile] ?? Buffer.alloc(0))}` : ''
}

t.test('any bytes as routes files are a table, or mistakes with a place and a sentence', async (t) => {
  const found = { tables: 0, reports: 0 }
  await inBatches(t, 3_000, async (t, seed, numRuns) => {
    const property = fc.asyncProperty(routesWorld, async (world) => {
      const { table } = await checkRoutesReport(world)
      found[table === undefined ? 'reports' : 'tables']++
    })
    const details = await fc.check(property, { seed, numRuns, interruptAfterTimeLimit: 60_000 })
    if (details.counterexample !== null) {
      const [world] = details.counterexample
      const { errorInstance } = details
      t.comment(
        [shown(world), kept(world), errorInstance instanceof Error ? errorInstance.stack : ''].join('\n'),
      )
    }
    t.notOk(details.failed, `all of ${numRuns} runs`)
  })
  t.comment(`${found.tables} tables, ${found.reports} reports`)
})

t.test('what was trouble once is a table, or mistakes with a place and a sentence', async (t) => {
  const findings = readRoutesCorpus()
  for (const { name, bytes } of findings) {
    try {
      await checkRoutesReport(worldOf(bytes))
      t.pass(name)
    } catch (error) {
      t.comment(error instanceof Error ? error.message : String(error))
      t.fail(name)
    }
  }
  t.ok(findings.length >= 20)
})
