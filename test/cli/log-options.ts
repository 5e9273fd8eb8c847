import t from 'tap'
import { CommandError } from '../../lib/cli/exit-codes.js'
import { GivenOptions, type ParsedOptions } from '../../lib/cli/given-options.js'
import { logOptions } from '../../lib/cli/log-options.js'
import type { LogOptions } from '../../lib/cli/log.js'
import { serveOptions } from '../../lib/cli/option-table.js'

function read(parsed: ParsedOptions, environment: NodeJS.ProcessEnv = {}): LogOptions {
  return logOptions(new GivenOptions(serveOptions, parsed, environment))
}

t.test('nothing is said where nothing is given', (t) => {
  t.strictSame(read({}), {
    log: undefined,
    logFile: undefined,
    logSample: undefined,
    slowMs: undefined,
    logQuery: false,
  })
  t.end()
})

t.test('what is given is read, from the environment, too', (t) => {
  const all = { log: 'pretty', logFile: 'x/a.log', logSample: 1_000_000, slowMs: 500, logQuery: true }
  t.strictSame(
    read({
      log: 'pretty',
      'log-file': 'x/a.log',
      'log-sample': '1000000',
      slow: '500ms',
      'log-query': true,
    }),
    all,
  )
  const environment = {
    RAILSCALE_LOG: 'pretty',
    RAILSCALE_LOG_FILE: 'x/a.log',
    RAILSCALE_LOG_SAMPLE: '1000000',
    RAILSCALE_SLOW: '500ms',
    RAILSCALE_LOG_QUERY: '1',
  }
  t.strictSame(read({}, environment), all)
  t.end()
})

for (const [parsed, sentence] of [
  [{ 'log-sample': 'x' }, '--log-sample: "x" is no count: write 10 for one in 10 exchanges'],
  [{ 'log-sample': '1.5' }, '--log-sample: "1.5" is no count: write 10 for one in 10 exchanges'],
  [{ 'log-sample': '0' }, '--log-sample: "0" is too little: 1 logs all exchanges, --log off none'],
  [{ 'log-sample': '1000001' }, '--log-sample: "1000001" is too much: it takes 1000000 or less'],
  [{ slow: '5' }, '--slow: "5" is no time without its unit: write 5ms or 5s'],
  [{ slow: 'fast' }, '--slow: "fast" is no time up to 596h: write one such as 500ms, in ms, s, m or h'],
  [{ slow: '600h' }, '--slow: "600h" is no time up to 596h: write one such as 500ms, in ms, s, m or h'],
  [
    { log: 'off', 'log-file': 'a' },
    '--log-file: there is no log to write to a file, because --log is off; leave one of them out',
  ],
] as const) {
  t.test(sentence, (t) => {
    t.throws(() => read(parsed), new CommandError(2, `railscale: ${sentence}`))
    t.end()
  })
}

t.test('a contradiction is told with where it stood', (t) => {
  t.throws(() => read({ 'log-file': 'a' }, { RAILSCALE_LOG: 'off' }), {
    exitCode: 2,
    message:
      'railscale: --log-file: there is no log to write to a file, because RAILSCALE_LOG is off; leave one of them out',
  })
  t.end()
})
