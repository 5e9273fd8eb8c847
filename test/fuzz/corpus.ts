import { deepEqual } from 'node:assert/strict'
import t, { type Test } from 'tap'
import type { Cuts } from '../../fixtures/generated/arbitraries.js'
import { findingText, parseFindings, readCorpus } from '../../fixtures/generated/corpus.js'
import { checkAgreement, checkCuts } from '../../fixtures/generated/gateway-reader.js'
import { checkDamagedRequests, markingStand } from '../../fixtures/generated/request-relay.js'
import { checkMadAnswer, madStand } from '../../fixtures/generated/response-relay.js'
import type { Asked } from '../../fixtures/generated/response-arbitraries.js'

const corpus = readCorpus()
const cuts: readonly Cuts[] = [[], [60], 'everywhere']
/** The ways in which an answer is sent. */
const ways = ([0, 1] as const).flatMap((minorVersion) =>
  (['end', 'reset', 'crash', 'keep'] as const).map((then, i) => {
    const where = cuts[(i + minorVersion) % cuts.length] as Cuts
    return { minorVersion, then, where }
  }),
)

/** Tries `check` on a case of the corpus, and says on which if it fails; one that is open may. */
async function holds(t: Test, name: string, check: () => unknown): Promise<void> {
  try {
    await check()
    t.pass(name)
  } catch (error) {
    t.comment(error instanceof Error ? error.message : String(error))
    t.fail(name, { todo: name.endsWith('(open)') })
  }
}

t.test('what holds for damaged requests holds for those of the corpus', async (t) => {
  const stand = await markingStand(t)
  for (const { direction, name, bytes } of corpus) {
    for (const where of direction === 'requests' ? cuts : []) {
      await holds(t, name, () => checkDamagedRequests(stand, bytes, where))
    }
  }
})

t.test('what holds for damaged answers holds for those of the corpus', async (t) => {
  const stand = await madStand(t)
  for (const { direction, name, answers, bytes } of corpus) {
    if (direction !== 'responses') continue
    for (const { minorVersion, then, where } of ways) {
      const asked = { method: answers, minorVersion } as Asked
      await holds(t, name, () => checkMadAnswer(stand, { asked, bytes, where, then }))
    }
  }
})

t.test('the parser reads the corpus in one way, and as Node does where that takes it', async (t) => {
  for (const finding of corpus) {
    for (const where of cuts) await holds(t, finding.name, () => checkCuts(finding, where, true, {}))
    await holds(t, finding.name, () => checkAgreement(finding))
  }
  t.ok(corpus.length >= 70)
})

t.test('what is written into the corpus is read from it again', (t) => {
  for (const bytes of ['', '\r\n', 'a\r\n\r\nb\\', '## \r\n```\r\n\\r\0\xff\n', '\\\r\n ', '#\r\n']) {
    for (const [direction, answers] of [
      ['requests', ''],
      ['responses', 'HEAD'],
    ] as const) {
      const finding = { direction, answers, bytes }
      const [read] = parseFindings(findingText(finding, 'Name'), 'file')
      deepEqual(read, { ...finding, name: `${direction}: Name` })
    }
  }
  t.throws(() => parseFindings('# other\n', 'file'))
  t.end()
})
