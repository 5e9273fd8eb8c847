// A program that a test starts: what it prints is kept, every wait for it has an end, and it is ended by its id.
import { spawn } from 'node:child_process'
import { within } from './within.js'
import { nextEvent } from './next-event.js'

/** What would change the programs is left out; Debian's servers lie where only root's PATH leads. */
export const environment = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(?:RAILSCALE_|npm_|NODE_OPTIONS$|NODE_TEST_CONTEXT$|.*_proxy$)/i.test(name),
    ),
  ),
  PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`,
}

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set()
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')))
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1))

/** @typedef {{ cwd?: string, env?: NodeJS.ProcessEnv }} Surroundings */

export class Program {
  output = ''
  errors = ''
  #told = false

  /**
   * @param {string} name
   * @param {readonly string[]} args
   * @param {Surroundings} [surroundings] `env` is added to our own environment
   */
  constructor(name, args, { cwd, env } = {}) {
    this.name = name
    this.child = spawn(name, args, { cwd, env: { ...environment, ...env } })
    running.add(this.child)
    this.child.stdout.on('data', (text) => (this.output += String(text)))
    this.child.stderr.on('data', (text) => (this.errors += String(text)))
    /** Its exit code, or the signal that ended it. */
    this.ended = this.#end()
    // Whoever waits for it is told; a test that does not wait is told when it stops it.
    this.ended.catch(() => undefined)
  }

  async #end() {
    try {
      const [code, signal] = /** @type {[number | null, string | null]} */ (
        await nextEvent(this.child, 'close')
      )
      return code ?? signal
    } finally {
      running.delete(this.child)
    }
  }

  /**
   * Waits until what it printed, there or on standard error, matches.
   * @param {RegExp} pattern
   * @param {number} [seconds] at most
   * @returns {Promise<RegExpExecArray>}
   */
  untilPrinted(pattern, seconds = 20) {
    /** @type {Promise<RegExpExecArray>} */
    const printed = new Promise((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(this.output) ?? pattern.exec(this.errors)
        if (found !== null) resolve(found)
      }
      this.child.stdout.on('data', look)
      this.child.stderr.on('data', look)
      look()
      const ended = (/** @type {unknown} */ how) =>
        reject(new Error(`${this.name} ended with ${String(how)}: ${this.errors}`))
      this.ended.then(ended, reject)
    })
    return within(printed, seconds, `${this.name} to print ${String(pattern)}`)
  }

  /** Tells it to end; once, since a second time says something else to many programs. */
  terminate() {
    if (!this.#told) this.child.kill('SIGTERM')
    this.#told = true
  }

  /**
   * Ends it, and waits until it is gone.
   * @returns its exit code, or the signal that ended it
   */
  async stop() {
    this.terminate()
    const impatient = setTimeout(() => this.child.kill('SIGKILL'), 5_000)
    try {
      return await this.ended
    } finally {
      clearTimeout(impatient)
    }
  }
}

/** @typedef {{ status: number | string | null, output: Buffer, text: string, errors: string }} Outcome */

/**
 * Runs a program to its end; one that takes longer than `seconds` is ended.
 * @param {string} name
 * @param {readonly string[]} args
 * @param {Surroundings & { input?: string | Buffer, seconds?: number }} [given] what it reads
 * @returns {Promise<Outcome>}
 */
export async function run(name, args, { input = '', seconds = 30, ...surroundings } = {}) {
  const program = new Program(name, args, surroundings)
  /** @type {Buffer[]} */
  const parts = []
  program.child.stdout.on('data', (/** @type {Buffer} */ bytes) => parts.push(bytes))
  // It may end before it has read everything.
  program.child.stdin.on('error', () => undefined)
  program.child.stdin.end(input)
  try {
    const status = await within(program.ended, seconds, `the end of ${name} ${args.join(' ')}`)
    const output = Buffer.concat(parts)
    return { status, output, text: output.toString('latin1'), errors: program.errors }
  } finally {
    await program.stop()
  }
}
