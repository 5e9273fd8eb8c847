import assert from 'node:assert/strict'
import { run } from './program.js'
import { parsedJson } from './json-text.js'

// No .curlrc, no progress, no proxy, never for ever.
const always = ['-q', '-sS', '--noproxy', '*', '--max-time', '20']

/**
 * Runs curl to its end.
 * @param {readonly string[]} args
 * @param {{ input?: string | Buffer }} [given] what it reads from its standard input
 */
export function curlOutcome(args, given) {
  return run('curl', [...always, ...args], given)
}

/**
 * Runs curl, which has to succeed.
 * @param {readonly string[]} args
 * @param {{ input?: string | Buffer }} [given]
 */
export async function curl(args, given) {
  const outcome = await curlOutcome(args, given)
  assert.equal(outcome.status, 0, `curl ${args.join(' ')}: ${outcome.errors}`)
  return outcome
}

/**
 * What the sample origin has received, as its answer tells it.
 * @param {import('./program.js').Outcome} outcome
 */
export function receivedIn({ text }) {
  return /** @type {import('./sample-origin.js').Received} */ (parsedJson(text))
}
