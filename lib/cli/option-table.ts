/**
 * The one table of options: the command line, the environment (RAILSCALE_ and the name in upper case),
 * the help and the tests come from it; the man page and README are checked against it.
 */
export interface OptionRow {
  /** What the value is, as the help shows it. */
  readonly value: string
  readonly choices?: readonly string[]
  readonly repeatable: boolean
  /** Taken when the option is given without a value; '' if it needs one. */
  readonly bare: string
  /** The default in words, for help and man page; '' if there is none. */
  readonly default: string
  readonly text: string
}

export const serveOptions = {
  routes: {
    value: 'FILE',
    repeatable: false,
    bare: '',
    default: './routes.txt',
    text: 'file of routes',
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
    text: 'PORT for both loopbacks, or HOST:PORT; port 0 takes a free one; may be repeated',
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
    choices: ['pretty', 'json', 'off'],
    repeatable: false,
    bare: '',
    default: 'pretty on a terminal, else off',
    text: 'log of exchanges on stderr: pretty, json or off',
  },
} as const satisfies Record<string, OptionRow>

export type ServeOptionName = keyof typeof serveOptions

/** The variable of the environment that stands for an option. */
export function variableOf(name: string): string {
  return `RAILSCALE_${name.toUpperCase().replaceAll('-', '_')}`
}
