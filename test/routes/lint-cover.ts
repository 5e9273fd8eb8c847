import t from 'tap'
import { fieldsOf, tableOf } from '../../fixtures/routes/routes-cases.js'
import { SeededRandom } from '../../fixtures/routes/seeded-random.js'
import { conditionCheck } from '../../lib/routes/condition-check.js'
import { Questions } from '../../lib/routes/lint-conditions.js'
import { ConditionCover } from '../../lib/routes/lint-cover.js'
import { GroupedRoute } from '../../lib/routes/lint-groups.js'
import type { MatchKey } from '../../lib/routes/match-key.js'

/** Routes with such conditions, by their lines; the hosts keep them apart. */
function routesWith(conditions: readonly string[]): readonly GroupedRoute[] {
  const { routes } = tableOf(conditions.map((text, i) => `h${i}.test ${text} -> :1`).join('\n'))
  const questions = new Questions()
  return routes.map((route) => new GroupedRoute(route, questions))
}

/** Which of `routes` leave nothing to conditions; undefined if they do. */
function covering(conditions: string, routes: readonly string[], maxSteps = 1_000): string[] | undefined {
  const [asked, ...others] = routesWith([conditions, ...routes]) as [GroupedRoute, ...GroupedRoute[]]
  const found = new ConditionCover(maxSteps).of(asked.literals, others)
  return found?.map((route) => routes[others.indexOf(route)] as string)
}

for (const [conditions, routes, cover] of [
  ['', [], undefined],
  ['', [''], ['']],
  ['header:X', ['query:q', ''], ['']],
  ['header:X=1', ['header:X'], ['header:X']],
  ['header:X', ['header:X=1'], undefined],
  ['header:X=1 query:q=1', ['header:X query:q'], ['header:X query:q']],
  ['header:X=1', ['!header:X=2'], undefined],
  ['!header:X', ['!header:X=1'], ['!header:X=1']],
  ['!header:X=1', ['!header:X'], undefined],
  ['', ['header:X', '!header:X'], ['header:X', '!header:X']],
  ['', ['header:Y', 'header:X', 'query:q', '!header:X'], ['header:X', '!header:X']],
  ['', ['header:X=1', '!header:X'], undefined],
  ['', ['header:X', '!header:X=1'], ['header:X', '!header:X=1']],
  ['query:q', ['header:X query:q', '!header:X'], ['header:X query:q', '!header:X']],
  ['', ['header:X', '!header:X query:q'], undefined],
  ['!query:q', ['header:X', '!header:X query:q'], undefined],
  [
    '',
    ['header:X=1', 'header:X !header:X=1', '!header:X'],
    ['header:X=1', 'header:X !header:X=1', '!header:X'],
  ],
] as const) {
  t.test(
    `"${conditions}" behind ${JSON.stringify(routes)} has ${cover === undefined ? 'something' : 'nothing'} left`,
    (t) => {
      t.strictSame(covering(conditions, routes), cover)
      t.end()
    },
  )
}

t.test('who has tried enough proves nothing, and says so of no route', (t) => {
  t.equal(covering('', ['header:X', '!header:X'], 1), undefined)
  t.end()
})

const words = ['header:X', 'header:X=1', 'header:X=2', 'header:Y', 'query:q', 'query:q=1']

/** Requests with every choice of what the words ask for. */
const requests: readonly MatchKey[] = Array.from({ length: 2 ** 6 }, (_, bits) => {
  const has = (bit: number): boolean => ((bits >> bit) & 1) === 1
  const fields = ['header:X=3', 'header:X=1', 'header:X=2', 'header:Y=1'].filter((_word, bit) => has(bit))
  const query = ['q=2', 'q=1'].filter((_word, bit) => has(bit + 4)).join('&')
  return { host: '', path: '/', query, fields: fieldsOf(fields) }
})

t.test('what is said to cover does so for every request, and what is not said does not', (t) => {
  const random = new SeededRandom()
  t.comment(`seed ${random.seed}`)
  const holds = ({ route: { conditions } }: GroupedRoute, key: MatchKey): boolean =>
    conditions.every((condition) => conditionCheck(condition)(key))
  for (let round = 0; round < 300; round++) {
    const one = (): string => randomConditions(random)
    const [asked, ...routes] = routesWith([one(), ...random.several(0, 5, one)]) as [
      GroupedRoute,
      ...GroupedRoute[],
    ]
    const cover = new ConditionCover(10_000).of(asked.literals, routes)
    const escaping = requests.filter((key) => holds(asked, key) && !routes.some((route) => holds(route, key)))
    const text = [asked, ...routes].map(({ route }) => route.matchText).join('\n')
    t.equal(cover === undefined, escaping.length > 0, text)
    for (const key of requests) {
      if (cover !== undefined && holds(asked, key))
        t.ok(
          cover.some((route) => holds(route, key)),
          text,
        )
    }
  }
  t.end()
})

/** Some of the words, with `!` or without, that do not contradict each other. */
function randomConditions(random: SeededRandom): string {
  const chosen = random.several(0, 2, () => `${random.oneOf(['', '!'])}${random.oneOf(words)}`)
  const [first = '', second = ''] = chosen
  const name = (text: string): string => text.replace(/^!|=.*/g, '')
  // Most that share a name contradict each other or say the same twice.
  return name(first) === name(second) ? first : `${first} ${second}`.trim()
}
