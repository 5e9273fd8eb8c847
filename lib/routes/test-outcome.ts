import { errorTable, GatewayError } from '../core/errors.js'
import { didYouMean } from './did-you-mean.js'
import type { Mistake } from './mistake.js'
import { nearestRoute } from './nearest-route.js'
import { redirectLocation } from './redirect-location.js'
import type { Route } from './route.js'
import type { RouteTable } from './route-table.js'
import type { RouteTest } from './route-test.js'

/** What becomes of a request: a route takes it, or it is answered with a status. */
type Outcome = { readonly route: Route } | { readonly status: number; readonly because: string }

/** What a test of the routes file finds wrong; undefined where the request goes where it should. */
export function failedTest(test: RouteTest, table: RouteTable): Mistake | undefined {
  const { expected, place, lineText } = test
  if (expected.kind === 'route' && table.named(expected.name) === undefined) {
    const help = didYouMean(expected.name, [...table.names].slice(0, maxNames))
    return { severity: 'error', place, lineText, message: `no route has the name "${expected.name}"`, help }
  }
  const outcome = outcomeOf(test, table)
  if (isExpected(outcome, test)) return undefined
  const message = `test failed: ${test.request} ${told(outcome, test)}, expected ${wanted(test)}`
  return { severity: 'error', place, lineText, message, help: '', test: true }
}

/** So many names are compared with one that is wrong. */
const maxNames = 1_000

function outcomeOf({ key }: RouteTest, table: RouteTable): Outcome {
  try {
    const route = table.match(key)
    if (route !== undefined) return { route }
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    const { status, happened } = errorTable[error.code]
    return { status: status ?? 0, because: happened }
  }
  const methods = table.allowedMethods(key)
  if (methods.length > 0) return { status: 405, because: `there it takes ${methods.join(', ')}` }
  const near = nearestRoute(table, key)
  return {
    status: 404,
    because: near === undefined ? '' : `the nearest is "${near.route.name}": ${near.because}`,
  }
}

function isExpected(outcome: Outcome, { expected, key }: RouteTest): boolean {
  if (!('route' in outcome)) return expected.kind === 'answer' && expected.status === outcome.status
  const { route } = outcome
  if (expected.kind === 'route') return route.name === expected.name
  const { target } = route
  if (target.kind === 'origins' || target.status !== expected.status) return false
  if (expected.location === undefined) return true
  return target.kind === 'redirect' && redirectLocation(route, target, key) === expected.location
}

function told(outcome: Outcome, { place, key }: RouteTest): string {
  if (!('route' in outcome)) {
    return `is answered with ${outcome.status}${outcome.because === '' ? '' : ` (${outcome.because})`}`
  }
  const { route } = outcome
  const { target } = route
  const where =
    route.place.file === place.file ? `line ${route.place.line}` : `${route.place.file}:${route.place.line}`
  if (target.kind === 'redirect') {
    return `is led by ${target.status} to ${redirectLocation(route, target, key)} (${where})`
  }
  const answer = target.kind === 'answer' ? `, which answers ${target.status}` : ''
  return `goes to "${route.name}"${answer} (${where})`
}

function wanted({ expected }: RouteTest): string {
  if (expected.kind === 'route') return `"${expected.name}"`
  return expected.location === undefined ? String(expected.status) : `${expected.status} ${expected.location}`
}
