import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Waits for `promise`, but no longer than so many seconds.
 * @template T
 * @param {Promise<T>} promise
 * @param {number} seconds
 * @param {string} what is waited for
 * @returns {Promise<T>}
 */
export async function within(promise, seconds, what) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer
  /** @type {Promise<never>} */
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${seconds} s were not enough for ${what}`)), seconds * 1_000)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Asks again and again until the answer is not undefined. For what tells nobody when it changes.
 * @template T
 * @param {() => Promise<T | undefined> | T | undefined} ask
 * @param {number} seconds at most
 * @param {string} what is waited for
 * @returns {Promise<T>}
 */
export async function eventually(ask, seconds, what) {
  const end = performance.now() + seconds * 1_000
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (performance.now() > end) throw new Error(`${seconds} s were not enough for ${what}`)
    await sleep(50)
  }
}
