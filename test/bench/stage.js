// What one case is played on: an origin, and the gateways in front of it.
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { checkAnswer } from './answer.js'
import { startOrigin } from './origin.js'
import { isOver, stop } from './processes.js'

/** @typedef {import('./processes.js').Running} Running */
/** @typedef {import('./gateways.js').Gateway} Gateway */
/** @typedef {import('./cases.js').BenchCase} BenchCase */
/** @typedef {Running & { name: string }} Started */

/**
 * @typedef {object} Stage
 * @property {BenchCase} one
 * @property {Running} origin
 * @property {Started[]} started
 * @property {Map<string, string>} failed why, by gateway
 * @property {string} folder
 * @property {number} loadCore
 * @property {number} rounds
 * @property {number} seconds
 */

/**
 * Starts origin and gateways, and asks each for the answer.
 * @param {BenchCase} one
 * @param {readonly Gateway[]} gateways
 * @param {import('./session.js').Session} session
 * @param {{ rounds: number, seconds: number }} effort
 * @returns {Promise<Stage>}
 */
export async function openStage(one, gateways, session, effort) {
  const folder = join(session.folder, one.name)
  mkdirSync(folder)
  const origin = await startOrigin(one.scene, { folder, core: session.loadCore })
  /** @type {Stage} */
  const stage = { one, origin, started: [], failed: new Map(), folder, loadCore: session.loadCore, ...effort }
  const place = { folder, core: session.gatewayCore, originPort: origin.port, scene: one.scene }
  for (const gateway of gateways) {
    const running = await attempt(stage, gateway.name, () => gateway.start(place))
    if (running === undefined) continue
    stage.started.push({ name: gateway.name, ...running })
    await attempt(stage, gateway.name, () => checkAnswer(one, running.port))
  }
  return stage
}

/** @param {Stage} stage */
export async function closeStage({ started, origin, folder }) {
  await Promise.all([...started, origin].map(({ child }) => stop(child)))
  rmSync(folder, { recursive: true, force: true })
}

/** Those that have not failed. @param {Stage} stage */
export function standing({ started, failed }) {
  return started.filter(({ name }) => !failed.has(name))
}

/**
 * A gateway that fails is left out of what remains of the case; the others go on.
 * @template T
 * @param {Stage} stage @param {string} name @param {() => Promise<T>} work
 * @returns {Promise<T | undefined>}
 */
export async function attempt(stage, name, work) {
  if (stage.failed.has(name)) return undefined
  try {
    return await work()
  } catch (error) {
    if (isOver()) throw error
    stage.failed.set(name, error instanceof Error ? error.message : String(error))
    return undefined
  }
}

/**
 * Does `work` with all gateways, so many rounds. Rounds are interleaved, so that a slow moment of the machine hits
 * all alike, and every other one goes backwards, so that nobody always comes after the same.
 * @template T
 * @param {Stage} stage
 * @param {(gateway: Started) => Promise<T>} work
 * @param {{ rounds?: number, also?: readonly Started[] }} [more] `also`: measured like a gateway
 * @returns {Promise<Map<string, T[]>>} by gateway, of those that never failed
 */
export async function interleaved(stage, work, { rounds = stage.rounds, also = [] } = {}) {
  /** @type {Map<string, T[]>} */
  const all = new Map([...also, ...standing(stage)].map(({ name }) => [name, []]))
  for (let round = 1; round <= rounds; round++) {
    process.stderr.write(`${stage.one.name}: round ${round} of ${rounds}\n`)
    const order = [...also, ...standing(stage)]
    for (const gateway of round % 2 === 1 ? order : order.toReversed()) {
      const given = await attempt(stage, gateway.name, () => work(gateway))
      if (given !== undefined) all.get(gateway.name)?.push(given)
    }
  }
  for (const name of stage.failed.keys()) all.delete(name)
  return all
}
