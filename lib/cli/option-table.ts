import { limitOptions } from './limit-options.js'
import type { OptionRow } from './option-row.js'

/**
 * The one table of options: the command line, the environment (RAILSCALE_ and the name in upper case),
 * the help, the man page, README and the tests come from it. The limits' rows come from their own table.
 */
export const plainOptions = {
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
    choices: ['pretty', 'json', 'off'],
    repeatable: false,
    bare: '',
    default: 'pretty on a terminal, else off',
    text: 'log of exchanges on stderr: pretty, json or off',
  },
} as const satisfies Record<string, OptionRow>

export type PlainOptionName = keyof typeof plainOptions

/** All that `serve` takes. */
export const serveOptions: Readonly<Record<string, OptionRow>> = { ...plainOptions, ...limitOptions }
