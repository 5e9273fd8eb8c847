// What is asked of railscale, as numbers, and whether it holds.
import { cases } from './cases.js'
import { markdownTable } from './table.js'

/** @typedef {ReadonlyMap<string, Partial<Record<string, number>>>} Readings of a case, by gateway */

/**
 * @typedef {object} Demand
 * @property {string} name of the case
 * @property {string} [of] the gateway that it is asked of; railscale, if it is left out
 * @property {string} figure
 * @property {string} to the gateway that its figure is divided by; '' for none
 * @property {number} most
 * @property {string} unit
 * @property {string} note
 */

const cpu = { figure: 'cpu', unit: '', note: '' }
const dials = 'nginx keeps 64 connections there and dials for the others'
const notes = new Map([['websocket', 'http-proxy pipes sockets there, as the floor does']])

/** @type {readonly Demand[]} */
export const demands = [
  ...['small', 'browser', 'post'].flatMap((name) => [
    { ...cpu, name, to: 'nginx', most: 1.6 },
    { ...cpu, name, to: 'piped-sockets', most: 1.4 },
  ]),
  ...['64k', '1m'].map((name) => ({ ...cpu, name, to: 'nginx', most: 1.25 })),
  { ...cpu, name: 'many', to: 'nginx-keepalive-512', most: 1.3 },
  { ...cpu, name: 'many', to: 'nginx', most: 1.3, note: dials },
  ...cases
    .filter(({ measure }) => measure === 'rounds')
    .map(({ name }) => ({ ...cpu, name, to: 'http-proxy', most: 0.35, note: notes.get(name) ?? '' })),
  { ...cpu, name: 'small', of: 'railscale-pipelining', to: 'nginx', most: 1.2, note: 'pipelining=32' },
  { ...cpu, name: 'many', of: 'railscale-pipelining', to: 'nginx', most: 0.85, note: 'pipelining=32' },
  { ...cpu, name: 'small', to: 'railscale-no-metrics', most: 1.05, note: 'what --metrics costs' },
  {
    ...cpu,
    name: 'log',
    of: 'railscale-log-file',
    to: 'railscale-no-metrics',
    most: 1.15,
    note: 'what --log json costs',
  },
  { name: 'idle', figure: 'kilobytes', to: '', most: 14, unit: ' KB', note: 'resident, for each connection' },
]

/**
 * @param {ReadonlyMap<string, Readings>} results by case
 * @returns {{ demand: Demand, value: number, kept: boolean }[]} of those that can be told
 */
export function verdicts(results) {
  return demands.flatMap((demand) => {
    const readings = results.get(demand.name)
    const own = readings?.get(demand.of ?? 'railscale')?.[demand.figure]
    const base = demand.to === '' ? 1 : readings?.get(demand.to)?.[demand.figure]
    if (own === undefined || base === undefined) return []
    const value = own / base
    return [{ demand, value, kept: value <= demand.most }]
  })
}

/** @param {ReturnType<typeof verdicts>[number]} verdict @returns {string} a sentence */
export function verdictText({ demand: { name, of = 'railscale', to, most, unit, note }, value, kept }) {
  const what = to === '' ? `${value.toFixed(1)}${unit}` : `${value.toFixed(2)} times ${to}`
  const aside = note === '' ? '' : ` (${note})`
  return `${name}: ${of} takes ${what}${aside}; at most ${most}${unit} is asked for: ${word(kept)}.`
}

/** @param {ReturnType<typeof verdicts>} all @returns {string} Markdown */
export function verdictTable(all) {
  const rows = all.map(({ demand: { name, of = 'railscale', to, most, unit, note }, value, kept }) => [
    name,
    of,
    to || note,
    to === '' ? `${value.toFixed(1)}${unit}` : value.toFixed(2),
    `${most}${unit}`,
    word(kept) + (to !== '' && note !== '' ? ` (${note})` : ''),
  ])
  return markdownTable(['case', 'of', 'to', 'measured', 'at most', 'verdict'], rows)
}

/** @param {boolean} kept */
const word = (kept) => (kept ? 'kept' : 'missed')
