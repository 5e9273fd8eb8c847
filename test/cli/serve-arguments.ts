import t from 'tap'
import { GivenOptions, type ParsedOptions } from '../../lib/cli/given-options.js'
import { serveOptions } from '../../lib/cli/option-table.js'
import { serveArguments, type ServeArguments } from '../../lib/cli/serve-arguments.js'

function read(parsed: ParsedOptions, environment: NodeJS.ProcessEnv = {}): ServeArguments {
  return serveArguments(new GivenOptions(serveOptions, parsed, environment))
}

const bothLoopbacks = ['127.0.0.1', '::1']

t.test('with nothing given the defaults are in force', (t) => {
  const { trust, ...rest } = read({})
  t.strictSame(rest, {
    routes: [],
    route: [],
    listen: [{ hosts: bothLoopbacks, port: 8080, text: '8080' }],
    errors: 'auto',
    metrics: undefined,
    log: undefined,
    serverTiming: false,
    logFile: undefined,
    logSample: undefined,
    slowMs: undefined,
    logQuery: false,
    watch: undefined,
    status: true,
    limits: {},
  })
  t.notOk(trust.trusts('127.0.0.1', false) || trust.trusts(undefined, true))
  t.end()
})

t.test('what is given is read', (t) => {
  const { trust, ...rest } = read(
    {
      route: ['* -> :1', 'a.test -> :2'],
      listen: ['127.0.0.1:1', 'unix:/run/a.sock,mode=660'],
      trust: ['10.0.0.0/8,unix', '::1'],
      errors: 'brief',
      metrics: '9000',
      log: 'json',
      'server-timing': true,
      'log-file': 'a.log',
      'log-sample': '10',
      slow: '1.5s',
      'log-query': true,
      watch: 'off',
      status: 'off',
      'max-head': '8k',
    },
    { RAILSCALE_HEAD_TIMEOUT: '3s', RAILSCALE_MAX_HEAD: 'x', RAILSCALE_ROUTES: 'file' },
  )
  t.strictSame(rest, {
    routes: ['file'],
    route: ['* -> :1', 'a.test -> :2'],
    listen: [
      { hosts: ['127.0.0.1'], port: 1, text: '127.0.0.1:1' },
      { path: '/run/a.sock', mode: 0o660, text: 'unix:/run/a.sock,mode=660' },
    ],
    errors: 'brief',
    metrics: { hosts: bothLoopbacks, port: 9000, text: '9000' },
    log: 'json',
    serverTiming: true,
    logFile: 'a.log',
    logSample: 10,
    slowMs: 1_500,
    logQuery: true,
    watch: false,
    status: false,
    limits: { maxHeadBytes: 8_192, headTimeoutMs: 3_000 },
  })
  t.ok(trust.trusts('10.1.1.1', false) && trust.trusts('::1', false) && trust.trusts(undefined, true))
  t.end()
})

t.test('--metrics without a value is 127.0.0.1:9464', (t) => {
  t.match(read({ metrics: '' }).metrics, { hosts: ['127.0.0.1'], port: 9464 })
  t.end()
})

for (const [watch, watched] of [
  ['', true],
  ['on', true],
  ['off', false],
] as const) {
  t.test(`--watch ${watch} is ${watched}, on the command line and in the environment`, (t) => {
    t.equal(read({ watch }).watch, watched)
    if (watch !== '') t.equal(read({}, { RAILSCALE_WATCH: watch }).watch, watched)
    t.end()
  })
}

for (const [name, value, sentence] of [
  ['listen', ['x'], '"x" is no address to listen on: write a port such as 8080, host:port, or unix:PATH'],
  ['metrics', 'unix:/x', '"unix:/x" is no address to listen on: write a port such as 8080, or host:port'],
  ['trust', ['10.0.0.0/8', 'gateway'], /^"gateway" is no address: write an IPv4 or IPv6 address/],
  ['errors', 'all', '"all" is none of its values: write auto, brief, full'],
  ['log', 'xml', '"xml" is none of its values: write pretty, json, live, off'],
  ['log-sample', '0', '"0" is too little: 1 logs all exchanges, --log off none'],
  ['slow', '500', '"500" is no time without its unit: write 500ms or 500s'],
  ['watch', 'yes', '"yes" is none of its values: write on, off'],
  ['idle-timeout', '75', /^"75" is no time without its unit/],
] as const) {
  t.test(`--${name} ${[value].flat().join(' ')} is told, and where it stood`, (t) => {
    for (const [from, parsed, environment] of [
      [`--${name}`, { [name]: value }, {}],
      [variable(name), {}, { [variable(name)]: [value].flat().join('\n') }],
    ] as const) {
      const told = (error: Error): boolean => {
        t.match(error, { exitCode: 2 })
        t.ok(error.message.startsWith(`railscale: ${from}: `), error.message)
        t.match(error.message.slice(`railscale: ${from}: `.length), sentence)
        return true
      }
      try {
        read(parsed, environment)
        t.fail('it was taken')
      } catch (error) {
        told(error as Error)
      }
    }
    t.end()
  })
}

function variable(name: string): string {
  return `RAILSCALE_${name.toUpperCase().replaceAll('-', '_')}`
}
