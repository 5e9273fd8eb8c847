import { once } from 'node:events'

/**
 * Waits for the next event of a kind.
 * @param {NodeJS.EventEmitter} emitter
 * @param {string} name
 * @returns {Promise<unknown>} what came with it, as an array
 * @throws what an `error` event comes with, if that is not the event that is waited for
 */
export function nextEvent(emitter, name) {
  return once(emitter, name)
}
