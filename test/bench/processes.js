// Processes that the benchmark starts: pinned to a core, watched through /proc, and ended by their id.
import { execFileSync, spawn } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { connect } from 'node:net'

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set()

/**
 * Starts a program on one core.
 * @param {number} core
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv }} [options]
 */
export function startPinned(core, program, args, options = {}) {
  const child = spawn('taskset', ['-c', String(core), program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: options.env ?? process.env,
  })
  running.add(child)
  child.once('exit', () => running.delete(child))
  return child
}

/**
 * Ends a program and waits until it is gone.
 * @param {import('node:child_process').ChildProcess} child
 */
export async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const impatient = setTimeout(() => child.kill('SIGKILL'), 5_000)
  await gone
  clearTimeout(impatient)
}

/** Ends everything that still runs; for a benchmark that is cut short. */
export function stopAll() {
  for (const child of running) child.kill('SIGKILL')
}

/**
 * The processes of `pid` and everything below it.
 * @param {number} pid
 * @returns {number[]}
 */
export function tree(pid) {
  const below = readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .map(Number)
    .filter((one) => statOf(one)?.parent === pid)
  return [pid, ...below.flatMap(tree)]
}

/**
 * CPU time of processes so far, user and system, in microseconds.
 * @param {readonly number[]} pids
 */
export function cpuMicroseconds(pids) {
  const ticks = pids.reduce((sum, pid) => sum + (statOf(pid)?.ticks ?? 0), 0)
  return (ticks * 1e6) / ticksPerSecond
}

/**
 * Resident memory of processes, in megabytes.
 * @param {readonly number[]} pids
 */
export function residentMegabytes(pids) {
  return pids.reduce((sum, pid) => {
    const status = read(`/proc/${pid}/status`)
    return sum + Number(/VmRSS:\s+([0-9]+)/.exec(status)?.[1] ?? 0) / 1_000
  }, 0)
}

/** @param {number} pid */
function statOf(pid) {
  const text = read(`/proc/${pid}/stat`)
  if (text === '') return undefined
  // The name of the program is in parentheses and may hold blanks.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) }
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/**
 * Waits until something accepts connections on a port of this machine.
 * @param {number} port
 */
export async function untilListening(port) {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (await accepts(port)) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`nothing listens on port ${port}`)
}

/** @param {number} port @returns {Promise<boolean>} */
function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

/**
 * Whether a program is installed.
 * @param {string} program
 */
export function installed(program) {
  try {
    execFileSync('which', [program], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
