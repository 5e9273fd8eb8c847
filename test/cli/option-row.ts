import t from 'tap'
import { variableOf } from '../../lib/cli/option-row.js'

for (const [name, variable] of [
  ['listen', 'RAILSCALE_LISTEN'],
  ['head-timeout', 'RAILSCALE_HEAD_TIMEOUT'],
  ['max-idle-per-origin', 'RAILSCALE_MAX_IDLE_PER_ORIGIN'],
] as const) {
  t.test(`--${name} is ${variable} in the environment`, (t) => {
    t.equal(variableOf(name), variable)
    t.end()
  })
}
