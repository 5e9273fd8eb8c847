// Runs one file of tests in a process group of its own, so that nothing of it is left, however it ends.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { environment } from './stage/program.js'
import { nextEvent } from './stage/next-event.js'

const mostSeconds = 300
const graceMs = 10_000
const mostDetailLines = 40
const mostDetailColumns = 200

/** @type {Set<number>} */
const groups = new Set()
const folder = mkdtempSync(join(tmpdir(), 'railscale-interop-'))
process.once('exit', () => {
  groups.forEach((group) => signal(group, 'SIGKILL'))
  // Those that have been killed may still be writing.
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
})

/**
 * Runs it, and prints a line for each test, with what is known of those that failed.
 * @param {string} name in peers/
 * @param {() => number} nextNumber of a test
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function runTestFile(name, nextNumber) {
  const file = fileURLToPath(new URL(`peers/${name}.js`, import.meta.url))
  /** @type {['ignore', 'pipe', 'inherit']} */
  const stdio = ['ignore', 'pipe', 'inherit']
  const args = ['--test-reporter=tap', file]
  const child = spawn(process.execPath, args, {
    stdio,
    detached: true,
    env: { ...environment, INTEROP_FOLDER: folder },
  })
  const group = child.pid ?? 0
  groups.add(group)
  const ended = nextEvent(child, 'close')
  const limits = [
    setTimeout(() => signal(group, 'SIGTERM'), mostSeconds * 1_000),
    setTimeout(() => signal(group, 'SIGKILL'), mostSeconds * 1_000 + graceMs),
  ]
  const counts = await printed(child.stdout, nextNumber)
  const [code, by] = /** @type {[number | null, string | null]} */ (await ended)
  limits.forEach(clearTimeout)
  signal(group, 'SIGKILL')
  groups.delete(group)
  const broken = counts.failed === 0 && (code !== 0 || counts.passed === 0)
  if (!broken) return counts
  console.log(`not ok ${nextNumber()} - ${name}.js ends by itself (it ended with ${code ?? by})`)
  return { ...counts, failed: 1 }
}

/**
 * Passes the lines of tests on, numbered anew, and of those that failed the beginning of what stands below them.
 * @param {import('node:stream').Readable} output
 * @param {() => number} nextNumber
 */
async function printed(output, nextNumber) {
  let [passed, failed, detailLines] = [0, 0, 0]
  for await (const line of createInterface({ input: output })) {
    const found = /^(not )?ok \d+ - (.*)$/.exec(line)
    if (found?.[1] !== undefined) {
      failed++
      detailLines = mostDetailLines
      console.log(`not ok ${nextNumber()} - ${found[2]}`)
    } else if (found !== null) {
      passed++
      detailLines = 0
      console.log(`ok ${nextNumber()} - ${found[2]}`)
    } else if (detailLines > 0 && line.startsWith('  ')) {
      detailLines--
      console.log(line.slice(0, mostDetailColumns))
    }
  }
  return { passed, failed }
}

/** Tells all processes of a group that are still there. @param {number} group @param {NodeJS.Signals} name */
function signal(group, name) {
  try {
    if (group > 0) process.kill(-group, name)
  } catch {
    // None is there any more.
  }
}
