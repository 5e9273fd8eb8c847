// What the programs here can be told. Their tables of cases and gateways come from the caller.
import { parseArgs } from 'node:util'

/** Its message says what is wrong with the options. */
export class WrongOption extends Error {}

/**
 * Reads options, all of which are text or flags.
 * @param {readonly string[]} argv
 * @param {Readonly<Record<string, 'string' | 'boolean'>>} known
 * @returns {{ text: (option: string, fallback: string) => string, given: (option: string) => boolean }}
 * @throws {WrongOption}
 */
export function readOptions(argv, known) {
  const options = Object.fromEntries(Object.entries(known).map(([name, type]) => [name, { type }]))
  try {
    const { values } = parseArgs({ args: [...argv], options })
    return {
      text: (option, fallback) => {
        const value = values[option]
        return typeof value === 'string' ? value : fallback
      },
      given: (option) => values[option] !== undefined,
    }
  } catch (error) {
    throw new WrongOption(`${/** @type {Error} */ (error).message} (--help says what there is)`, {
      cause: error,
    })
  }
}

/**
 * @param {string} option
 * @param {string} text
 * @param {number} [least]
 * @param {number} [most]
 */
export function count(option, text, least = 1, most = 1_000) {
  const number = /^[0-9]{1,12}$/.test(text) ? Number(text) : NaN
  if (number >= least && number <= most) return number
  throw new WrongOption(`--${option} is a whole number from ${least} to ${most}, not "${text}"`)
}

/**
 * Rows of a table by their names, in the table's order.
 * @template {{ readonly name: string }} T
 * @param {string} option @param {string} text @param {readonly T[]} rows
 */
export function chosen(option, text, rows) {
  if (text === 'all') return rows
  const names = text.split(',')
  const unknown = names.find((name) => !rows.some((row) => row.name === name))
  if (unknown !== undefined) {
    const all = rows.map((row) => row.name).join(', ')
    throw new WrongOption(`--${option} "${unknown}" is none of ${all}, all`)
  }
  return rows.filter((row) => names.includes(row.name))
}
