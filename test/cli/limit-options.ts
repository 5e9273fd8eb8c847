import t from 'tap'
import { SeededRandom } from '../../fixtures/routes/seeded-random.js'
import { flagOf, limitChanges, limitOptions, parseLimit } from '../../lib/cli/limit-options.js'
import { limitNames, limitRows, type LimitName } from '../../lib/core/limits.js'

for (const [name, flag, standard] of [
  ['headTimeoutMs', 'head-timeout', '10s'],
  ['idleTimeoutMs', 'idle-timeout', '75s'],
  ['bodyTimeoutMs', 'body-timeout', '30s'],
  ['connectTimeoutMs', 'connect-timeout', '5s'],
  ['responseTimeoutMs', 'response-timeout', '1m'],
  ['tunnelTimeoutMs', 'tunnel-timeout', '1h'],
  ['drainTimeoutMs', 'drain-timeout', '10s'],
  ['halfCloseGraceMs', 'half-close-grace', '1s'],
  ['maxHeadBytes', 'max-head', '16k'],
  ['maxFields', 'max-fields', '100'],
  ['maxConnections', 'max-connections', '10000'],
  ['minBodyBytesPerSecond', 'min-body-rate', '100'],
  ['maxBufferedBytes', 'max-buffered', '256m'],
  ['waitRetryMs', 'wait-retry', '200ms'],
  ['maxIdlePerOrigin', 'max-idle-per-origin', '64'],
] as const) {
  t.test(`${name} is --${flag}, by default ${standard}`, (t) => {
    t.equal(flagOf(name), flag)
    t.equal(limitOptions[flag]?.default, standard)
    t.equal(parseLimit(name, standard), limitRows[name].default)
    t.end()
  })
}

t.test('every limit is an option of its own, whose default can be written as it is shown', (t) => {
  t.equal(Object.keys(limitOptions).length, limitNames.length)
  for (const name of limitNames) {
    const row = limitOptions[flagOf(name)]
    t.equal(parseLimit(name, row?.default ?? ''), limitRows[name].default, name)
    t.match(row, { repeatable: false, bare: '' })
    t.match(row?.text ?? '', limitRows[name].text)
    if (limitRows[name].zero !== undefined) t.match(row?.text ?? '', `; 0: ${limitRows[name].zero}`)
  }
  t.end()
})

t.test('the value of an option shows its unit', (t) => {
  const values = {
    'head-timeout': 'TIME',
    'max-head': 'SIZE',
    'min-body-rate': 'SIZE',
    'max-fields': 'COUNT',
  }
  for (const [flag, value] of Object.entries(values)) t.equal(limitOptions[flag]?.value, value)
  t.end()
})

for (const [name, text, amount] of [
  ['headTimeoutMs', '250ms', 250],
  ['headTimeoutMs', '1.5s', 1_500],
  ['headTimeoutMs', '1ms', 1],
  ['tunnelTimeoutMs', '596h', 2_145_600_000],
  ['maxHeadBytes', '1k', 1_024],
  ['maxHeadBytes', '65536', 65_536],
  ['maxHeadBytes', '64K', 65_536],
  ['maxBufferedBytes', '2g', 2_147_483_648],
  ['minBodyBytesPerSecond', '1k', 1_024],
  ['maxConnections', '1', 1],
  ['halfCloseGraceMs', '0', 0],
  ['halfCloseGraceMs', '0s', 0],
  ['maxDiscardBytes', '0k', 0],
  ['maxQueuedRequests', '0', 0],
] as const) {
  t.test(`${name} takes ${text}`, (t) => {
    t.equal(parseLimit(name, text), amount)
    t.end()
  })
}

const longRequest = '"64k" is no time: write one such as 10s, in ms, s, m or h'
for (const [name, text, sentence] of [
  ['headTimeoutMs', '10', '"10" is no time without its unit: write 10s or 10ms (s, ms, m or h)'],
  ['headTimeoutMs', '64k', longRequest],
  ['headTimeoutMs', '', longRequest.replace('64k', '')],
  ['headTimeoutMs', '-1s', longRequest.replace('64k', '-1s')],
  ['headTimeoutMs', '10 s', longRequest.replace('64k', '10 s')],
  ['headTimeoutMs', '1d', longRequest.replace('64k', '1d')],
  ['tunnelTimeoutMs', '597h', '"597h" is longer than a timer runs: it takes 596h or less'],
  ['headTimeoutMs', '0s', '"0s" is too little: a wait must end, so it takes 1ms or more'],
  ['headTimeoutMs', '0', '"0" is too little: a wait must end, so it takes 1ms or more'],
  ['waitRetryMs', '9ms', '"9ms" is too little: it takes 10ms or more'],
  ['maxHeadBytes', '16kb', '"16kb" is no size: write one such as 16k, in bytes or with k, m or g'],
  ['maxHeadBytes', '1.5k', '"1.5k" is no size: write one such as 16k, in bytes or with k, m or g'],
  ['maxHeadBytes', '65537', '"65537" is too much: it takes 64k or less'],
  ['maxHeadBytes', '1023', '"1023" is too little: it takes 1k or more'],
  ['maxHeadBytes', '0', '"0" is too little: it takes 1k or more'],
  ['maxFields', '0', '"0" is too little: it takes 1 or more'],
  ['maxFields', '1001', '"1001" is too much: it takes 1000 or less'],
  ['maxFields', '1e2', '"1e2" is no count: write a whole number such as 100'],
  ['maxConnections', 'many', '"many" is no count: write a whole number such as 10000'],
] as const) {
  t.test(`${name} does not take "${text}", and says what it takes`, (t) => {
    t.throws(() => parseLimit(name, text), { message: sentence })
    t.end()
  })
}

t.test('whatever is written, a limit is within its bounds or there is one sentence', (t) => {
  const random = new SeededRandom()
  t.comment(`seed ${random.seed}`)
  const pieces = [
    '0',
    '1',
    '9',
    '00',
    '64',
    '1000000',
    '999999999999999',
    '.',
    '-',
    ' ',
    'ms',
    's',
    'h',
    'k',
    'g',
    'x',
  ]
  for (let round = 0; round < 5_000; round++) {
    const name = random.oneOf(limitNames)
    const text = random.several(0, 4, () => random.oneOf(pieces)).join('')
    const { zero, least = 1, most = Infinity } = limitRows[name]
    try {
      const amount = parseLimit(name, text)
      const fits = amount === 0 ? zero !== undefined : amount >= least && amount <= most
      if (!fits || !Number.isSafeInteger(amount)) t.fail(`${name} ${text} is ${amount}`)
    } catch (error) {
      t.match((error as Error).message, /^".*" is [^\n]+$/)
    }
  }
  t.end()
})

t.test('only limits that are set are changed', (t) => {
  const set: Readonly<Record<string, string>> = { 'head-timeout': '3s', 'max-head': '8k', 'max-discard': '0' }
  const asked: string[] = []
  const changes = limitChanges((option, parse) => {
    if (!asked.includes(option)) asked.push(option)
    const text = set[option]
    return text === undefined ? undefined : parse(text)
  })
  t.strictSame(changes, { maxHeadBytes: 8_192, maxDiscardBytes: 0, headTimeoutMs: 3_000 })
  t.strictSame(asked, Object.keys(limitOptions))
  t.throws(() => limitChanges((_option, parse) => parse('x')), { message: /^"x" is no / })
  t.end()
})

t.test('a limit that another one makes idle is refused if it was set, and only then', (t) => {
  const changes = (set: Readonly<Record<string, string>>) => () =>
    limitChanges((option, parse) => (set[option] === undefined ? undefined : parse(set[option])))
  t.throws(changes({ 'max-request-line': '32k' }), {
    message: '32k is more than --max-head (16k), which holds as well: raise that too',
  })
  t.throws(changes({ 'upstream-unsafe-idle': '5s' }), { message: /^5s is more than --upstream-idle \(4s\)/ })
  t.strictSame(changes({ 'max-request-line': '32k', 'max-head': '32k' })(), {
    maxRequestLineBytes: 32_768,
    maxHeadBytes: 32_768,
  })
  t.strictSame(changes({ 'max-head': '4k' })(), { maxHeadBytes: 4_096 })
  t.end()
})

t.test('no two limits have one option', (t) => {
  const flags = new Map<string, LimitName>()
  for (const name of limitNames) {
    t.notOk(flags.has(flagOf(name)), name)
    flags.set(flagOf(name), name)
  }
  t.end()
})
