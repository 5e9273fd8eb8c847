import type { Compiled } from './compilation.js'
import { nearestWord } from './did-you-mean.js'
import { HostIndex } from './host-index.js'
import type { Mistake } from './mistake.js'
import type { RouteTest } from './route-test.js'

/** For so many tests it is looked for what was meant; who has more has made the same mistake in all of them. */
const maxCompared = 100

/**
 * Tests for a host that no route names, be it by a wildcard. A route for every host names none: a test of it may ask
 * for any host, as one may that nothing takes it (404); both are odd only where a host is nearly spelled so.
 */
export function unnamedTestHosts({ routes, tests, mistakes }: Compiled): readonly Mistake[] {
  if (tests.length === 0) return []
  const index = new HostIndex(routes)
  const { names } = index
  const everyHost = index.routesAt('*').length > 0
  // A line that is wrong may be the one that names it.
  const wrong = wrongLines(mistakes)
  const found: Mistake[] = []
  for (const test of tests) {
    const { host } = test.key
    if (index.routesFor(host).length > 0 || wrong.includes(host)) continue
    const near = found.length < maxCompared ? nearHost(host, names) : undefined
    if (near !== undefined || !(everyHost || isNotFound(test))) found.push(mistakeIn(test, near))
  }
  return found
}

function wrongLines(mistakes: readonly Mistake[]): string {
  const wrong = mistakes.filter(({ severity, test }) => severity === 'error' && test !== true)
  return wrong.map(({ lineText }) => lineText).join('\n')
}

function isNotFound({ expected }: RouteTest): boolean {
  return expected.kind === 'answer' && expected.status === 404
}

/** The one of `names` that `host` was probably meant to be. What both end in makes two hosts no more alike. */
function nearHost(host: string, names: readonly string[]): string | undefined {
  return names.find((name) => {
    const [own, other] = withoutCommonEnd(host, name)
    return nearestWord(own, [other]) !== undefined
  })
}

/** The labels of both without those at the end that are the same. */
function withoutCommonEnd(one: string, other: string): [string, string] {
  const [labels, others] = [one.split('.'), other.split('.')]
  while (labels.length > 1 && others.length > 1 && labels.at(-1) === others.at(-1)) {
    labels.pop()
    others.pop()
  }
  return [labels.join('.'), others.join('.')]
}

function mistakeIn({ key: { host }, urlPlace, lineText }: RouteTest, near: string | undefined): Mistake {
  return {
    severity: 'warning',
    place: urlPlace,
    lineText,
    message: `no route names the host ${host}`,
    help: near === undefined ? '' : `did you mean "${near}"?`,
  }
}
