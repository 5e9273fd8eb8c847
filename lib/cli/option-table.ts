import { limitOptions } from './limit-options.js'
import type { OptionRow } from './option-row.js'

/** What the rows of options have in common that are a word alone. */
const wordAlone = { value: '', flag: true, repeatable: false, bare: '', default: '' } as const

/**
 * The one table of options: the command line, the environment (RAILSCALE_ and the name in upper case),
 * the help, the man page, README and the tests come from it. The limits' rows come from their own table.
 */
export const plainOptions = {
  routes: {
    value: 'FILE',
    repeatable: true,
    bare: '',
    default: './routes.txt',
    text: 'file of routes; may be repeated',
  },
  route: {
    value: 'LINE',
    repeatable: true,
    bare: '',
    default: '',
    text: "one route, such as '* -> :3000', instead of a file or after it; may be repeated",
  },
  listen: {
    value: 'ADDR',
    repeatable: true,
    bare: '',
    default: '8080',
    text: 'PORT for both loopbacks, HOST:PORT (port 0 takes a free one) or unix:PATH[,mode=600]; may be repeated',
  },
  trust: {
    value: 'PEERS',
    repeatable: true,
    bare: '',
    default: 'nobody',
    text: 'peers whose X-Forwarded fields and Forwarded are believed: addresses, networks such as 10.0.0.0/8, or unix, joined by commas; may be repeated',
  },
  errors: {
    value: 'FORM',
    choices: ['auto', 'brief', 'full'],
    repeatable: false,
    bare: '',
    default: 'auto',
    text: 'how much failure answers tell: brief, full, or auto, which is full for clients on this machine that came here directly and brief for others',
  },
  metrics: {
    value: '[HOST:PORT]',
    repeatable: false,
    bare: '127.0.0.1:9464',
    default: 'off',
    text: 'serve metrics for Prometheus at http://HOST:PORT/metrics; 127.0.0.1:9464 without a value',
  },
  log: {
    value: 'FORM',
    choices: ['pretty', 'json', 'live', 'off'],
    repeatable: false,
    bare: '',
    default: 'pretty on a terminal, json in a --log-file, else off',
    text: 'log of exchanges on stderr: pretty, json or off; live is a page with figures by route and the slowest exchanges, for terminals',
  },
  'log-file': {
    value: 'FILE',
    repeatable: false,
    bare: '',
    default: 'stderr',
    text: 'append the log to a file, as json where --log does not say pretty; SIGUSR2 opens it again after a rotation',
  },
  'log-sample': {
    value: 'COUNT',
    repeatable: false,
    bare: '',
    default: '1, all of them',
    text: 'log one in so many exchanges; what failed, and what is slow for --slow, is always logged',
  },
  slow: {
    value: 'TIME',
    repeatable: false,
    bare: '',
    default: '',
    text: 'log only what took so long or longer, such as 500ms, or failed; with --log-sample a sample of the rest, too',
  },
  'log-query': {
    ...wordAlone,
    text: 'log queries too, which may hold secrets',
  },
  'server-timing': {
    ...wordAlone,
    text: "tell clients in Server-Timing how long the gateway's parts of an exchange took, for the network panel of a browser",
  },
  watch: {
    value: '[STATE]',
    choices: ['on', 'off'],
    repeatable: false,
    bare: 'on',
    default: 'on on a terminal, else off',
    text: 'take changed routes files without a restart, on or off; SIGHUP does so at any time',
  },
  status: {
    value: 'STATE',
    choices: ['on', 'off'],
    repeatable: false,
    bare: '',
    default: 'on',
    text: 'let railscale status of the same user ask this gateway how it stands, on or off',
  },
} as const satisfies Record<string, OptionRow>

export type PlainOptionName = keyof typeof plainOptions

/** The options of one command, by name. */
export type OptionTable = Readonly<Record<string, OptionRow>>

const { routes, route, listen } = plainOptions

/** All that `serve` takes. */
export const serveOptions: OptionTable = { ...plainOptions, ...limitOptions }

/** What `check` takes. */
export const checkOptions = {
  routes,
  route,
  listen: {
    ...listen,
    text: 'what serve will listen on, for routes that are bound to a port; may be repeated',
  },
  format: {
    value: 'FORM',
    choices: ['pretty', 'json', 'github'],
    repeatable: false,
    bare: '',
    default: 'pretty',
    text: 'pretty for people, json for programs, github for the annotations of a workflow',
  },
  live: {
    ...wordAlone,
    text: 'dial every origin too, and say which answer and how long name, TCP and TLS took',
  },
} as const satisfies Record<string, OptionRow>

/** What `explain` takes beside a URL or a name. */
export const explainOptions = {
  routes,
  route,
  listen: {
    ...listen,
    default: '',
    text: 'what serve will listen on, for requests whose URL names no port; may be repeated',
  },
  method: {
    value: 'METHOD',
    letter: 'X',
    repeatable: false,
    bare: '',
    default: 'GET',
    text: 'method of the request',
  },
  header: {
    value: "'NAME: VALUE'",
    letter: 'H',
    repeatable: true,
    bare: '',
    default: '',
    text: 'field of the request; may be repeated',
  },
  json: {
    ...wordAlone,
    text: 'one JSON object instead of text',
  },
} as const satisfies Record<string, OptionRow>

/** What `fmt` takes beside files. */
export const fmtOptions = {
  routes,
  check: {
    ...wordAlone,
    text: 'change nothing, name the files that would change, and exit with 1 if there are any',
  },
} as const satisfies Record<string, OptionRow>

/** What `status` takes. */
export const statusOptions = {
  pid: {
    value: 'PID',
    repeatable: false,
    bare: '',
    default: '',
    text: 'only the gateway with this process id',
  },
  json: {
    ...wordAlone,
    text: 'one JSON array instead of text, with an object for each gateway',
  },
} as const satisfies Record<string, OptionRow>

/** What `metrics` takes. */
export const metricsOptions = {
  describe: {
    ...wordAlone,
    text: 'print every metric with its type, its unit, its labels and what it is',
  },
} as const satisfies Record<string, OptionRow>
