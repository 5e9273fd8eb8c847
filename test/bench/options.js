import { parseArgs } from 'node:util'
import { cases } from './cases.js'
import { gateways } from './gateways.js'

export const usage = `npm run bench -- [options]

  --rounds N           rounds of every gateway, interleaved; the best of each counts (6)
  --seconds S          how long wrk runs in each (2)
  --case NAME,...      ${cases.map(({ name }) => name).join(', ')}, or all (small)
  --only GATEWAY,...   all that are installed, or some of
${gateways.map(({ name }) => `                       ${name}`).join('\n')}
  --with-npm-peers     install http-proxy in a temporary folder first
  --help`

/**
 * @param {readonly string[]} argv
 * @throws Error whose message says what is wrong with them
 */
export function benchOptions(argv) {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      rounds: { type: 'string', default: '6' },
      seconds: { type: 'string', default: '2' },
      case: { type: 'string', default: 'small' },
      only: { type: 'string', default: 'all' },
      'with-npm-peers': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  return {
    rounds: count('rounds', values.rounds),
    seconds: count('seconds', values.seconds),
    cases: chosen('case', values.case, cases),
    gateways: chosen('only', values.only, gateways),
    withNpmPeers: values['with-npm-peers'],
    help: values.help,
  }
}

/** @param {string} option @param {string} text */
function count(option, text) {
  if (!/^[1-9][0-9]{0,3}$/.test(text))
    throw new Error(`--${option} is a whole number from 1 on, not "${text}"`)
  return Number(text)
}

/**
 * Rows of a table by their names, in the table's order.
 * @template {{ readonly name: string }} T
 * @param {string} option @param {string} text @param {readonly T[]} rows
 */
function chosen(option, text, rows) {
  if (text === 'all') return rows
  const names = text.split(',')
  const unknown = names.find((name) => !rows.some((row) => row.name === name))
  if (unknown !== undefined) {
    throw new Error(`--${option} "${unknown}" is none of ${rows.map((row) => row.name).join(', ')}, all`)
  }
  return rows.filter((row) => names.includes(row.name))
}
