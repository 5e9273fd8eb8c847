// What processes have used, as /proc tells it.
import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'

/**
 * The process `pid` and everything below it.
 * @param {number} pid
 * @returns {number[]}
 */
export function tree(pid) {
  /** @type {Map<number, number[]>} */
  const children = new Map()
  for (const name of readdirSync('/proc')) {
    const stat = /^[0-9]+$/.test(name) ? statOf(Number(name)) : undefined
    if (stat !== undefined) children.set(stat.parent, [...(children.get(stat.parent) ?? []), Number(name)])
  }
  /** @param {number} one @returns {number[]} */
  const below = (one) => [one, ...(children.get(one) ?? []).flatMap(below)]
  return below(pid)
}

/**
 * CPU time of the process `pid` and everything below it so far, user and system, in microseconds;
 * children that have ended are in their parent's.
 * @param {number} pid
 */
export function cpuMicroseconds(pid) {
  const ticks = tree(pid).reduce((sum, one) => sum + (statOf(one)?.ticks ?? 0), 0)
  return (ticks * 1e6) / ticksPerSecond()
}

/**
 * Resident memory of the process `pid` and everything below it, in megabytes. Pages that they share count twice.
 * @param {number} pid
 */
export function residentMegabytes(pid) {
  return tree(pid).reduce((sum, one) => {
    const status = read(`/proc/${one}/status`)
    return sum + (Number(/VmRSS:\s+([0-9]+)/.exec(status)?.[1] ?? 0) * 1_024) / 1e6
  }, 0)
}

/**
 * Who has started the process `pid`; undefined if it is gone.
 * @param {number} pid
 */
export function parentOf(pid) {
  return statOf(pid)?.parent
}

/** How many files a process that we start may have open; Node asks for as many as it may have. */
export function openFilesLimit() {
  const limits = read('/proc/self/limits')
  const most = /Max open files\s+\S+\s+(\S+)/.exec(limits)?.[1] ?? ''
  return most === 'unlimited' ? Infinity : Number(most)
}

/** The cores that this process may use, by number. */
export function allowedCores() {
  const list = /Cpus_allowed_list:\s*(\S+)/.exec(read('/proc/self/status'))?.[1] ?? ''
  return list.split(',').flatMap((range) => {
    const [from, to = from] = range.split('-').map(Number)
    if (from === undefined || to === undefined) return []
    return Array.from({ length: to - from + 1 }, (_, i) => from + i)
  })
}

/** @type {number | undefined} */
let clockTicks

function ticksPerSecond() {
  clockTicks ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))
  return clockTicks
}

/** @param {number} pid */
function statOf(pid) {
  const text = read(`/proc/${pid}/stat`)
  if (text === '') return undefined
  // The name of the program is in parentheses and may hold blanks; utime, stime, cutime, cstime (proc(5)).
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
  return { parent: Number(fields[1]), ticks }
}

/** @param {string} path '' for what is gone */
function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
