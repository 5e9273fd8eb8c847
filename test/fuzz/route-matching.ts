import fc from 'fast-check'
import t, { type Test } from 'tap'
import { inBatches, runsAreUsual } from '../../fixtures/generated/batches.js'
import { checkExplanation } from '../../fixtures/generated/explanation-check.js'
import { referenceMatch, type ReferenceRoute } from '../../fixtures/generated/reference-matcher.js'
import {
  compareMatch,
  compareTests,
  Comparisons,
  compiledTable,
} from '../../fixtures/generated/route-comparison.js'
import { requestFor, requestPlan, type RequestPlan } from '../../fixtures/generated/route-requests.js'
import { tableText, writtenTable, type WrittenTable } from '../../fixtures/generated/route-tables.js'

/** So many requests of a table are written into its file as tests, too, and explained. */
const testsOfTable = 12

type Case = [table: WrittenTable, plans: RequestPlan[]]

function compare([written, plans]: Case, seen: Comparisons): void {
  const compared = compiledTable(written)
  if (compared === undefined) return
  const requests = plans.map((plan) => requestFor(plan, compared.routes))
  for (const request of requests) compareMatch(compared, request, seen)
  const some = requests.slice(0, testsOfTable)
  compareTests(compared, some)
  for (const request of some) checkExplanation(compared, request)
}

function report(t: Test, [written, plans]: Case, error: unknown): void {
  const routes = written.routes.map(({ route }) => route)
  const shown = plans.map((plan) => {
    const { requestLine, fieldLines, request } = requestFor(plan, routes)
    return `port ${request.port}: ${[requestLine, ...fieldLines].join(' | ')} => ${referenceMatch(routes, request)}`
  })
  t.comment([tableText(written).text, ...shown, error instanceof Error ? error.message : ''].join('\n'))
  t.fail('the table and the reference agree')
}

t.test('a table takes what ROUTES.md says, whatever stands in the file and whatever is asked', async (t) => {
  const seen = new Comparisons()
  const plans = fc.array(requestPlan, { minLength: 1, maxLength: 500, size: 'max' })
  await inBatches(t, 500, (t, seed, numRuns) => {
    const property = fc.property(writtenTable, plans, (...one) => compare(one, seen))
    const { failed, counterexample, errorInstance } = fc.check(property, {
      seed,
      numRuns,
      interruptAfterTimeLimit: 60_000,
    })
    if (counterexample !== null) report(t, counterexample, errorInstance)
    t.notOk(failed, `all of ${numRuns} runs`)
    t.end()
  })
  const counts = [...seen.counts].map(([kind, count]) => `${kind} ${count}`)
  t.comment(`${seen.all} comparisons: ${counts.join(', ')}`)
  if (!runsAreUsual) return
  t.ok(seen.all >= 100_000, 'there were a hundred thousand comparisons')
  for (const [kind, share] of [
    ['route', 0.25],
    ['nothing', 0.25],
    ['refused', 0.015],
    ['other method', 0.05],
  ] as const) {
    t.ok(seen.share(kind) >= share, `enough of them came out as ${kind}: ${seen.share(kind).toFixed(3)}`)
  }
})

const plain = { methods: [], exact: false, conditions: [] }
const api = { literal: 'api' }

/** The example of ROUTES.md, as far as it says which route takes a request. */
const example: readonly ReferenceRoute[] = [
  { ...plain, name: 'web', hosts: [{ name: 'app.localhost', port: 0 }], segments: [] },
  { ...plain, name: 'api', hosts: [{ name: 'app.localhost', port: 0 }], segments: [api] },
  {
    ...plain,
    name: 'health',
    hosts: [{ name: 'app.localhost', port: 0 }],
    segments: [api, { literal: 'health' }],
    exact: true,
  },
  { ...plain, name: 'tenant', hosts: [{ name: '*.app.localhost', port: 0 }], segments: [] },
  {
    ...plain,
    name: 'up',
    hosts: [{ name: 'app.localhost', port: 0 }],
    segments: [api, { literal: 'uploads' }],
    methods: ['POST', 'PUT'],
  },
  {
    ...plain,
    name: 'canary',
    hosts: [{ name: 'app.localhost', port: 0 }],
    segments: [api],
    conditions: [{ kind: 'header', name: 'x-canary', value: '1', negated: false }],
  },
  { ...plain, name: 'any', hosts: [{ name: '*', port: 0 }], segments: [] },
]

for (const [method, host, path, canary, expected] of [
  ['GET', 'app.localhost', '/api/x', '', 'api'],
  ['GET', 'app.localhost', '/apix', '', 'web'],
  ['GET', 'app.localhost', '/api/x', '1', 'canary'],
  ['GET', 'app.localhost', '/api/x', '2', 'api'],
  ['GET', 'app.localhost', '/api/health', '1', 'health'],
  ['GET', 'app.localhost', '/api/health/', '', 'api'],
  ['PUT', 'app.localhost', '/api/uploads/1', '1', 'up'],
  ['GET', 'app.localhost', '/api/uploads/1', '1', 'canary'],
  ['GET', 'x.app.localhost', '/api', '1', 'tenant'],
  ['GET', 'app.localhosts', '/api', '', 'any'],
  ['TRACE', 'app.localhost', '/', '', 'nothing'],
  ['GET', 'app.localhost', '/x/../api', '', 'refused'],
  ['GET', 'app.localhost', '/api/%2e%2E/y', '', 'refused'],
  ['GET', 'app.localhost', '/x%2fapi', '', 'web'],
] as const) {
  t.test(
    `the reference says that ${method} ${host}${path} with X-Canary "${canary}" goes to ${expected}`,
    (t) => {
      const fields = canary === '' ? [] : ([['x-canary', canary]] as const)
      t.equal(referenceMatch(example, { method, host, port: 80, path, fields, query: [] }), expected)
      t.end()
    },
  )
}
