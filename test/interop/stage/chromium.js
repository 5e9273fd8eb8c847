// Chromium without a window, driven over the DevTools protocol.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { textOf } from './websockets.js'
import { eventually, within } from './within.js'
import { nextEvent } from './next-event.js'
import { parsedJson } from './json-text.js'

/** @typedef {{ id?: number, method?: string, params?: Record<string, unknown>, result?: unknown, error?: { message: string } }} Message */

// It asks nobody but this machine, and does nothing of its own accord.
const options = [
  ...['--headless', '--no-sandbox', '--remote-debugging-port=0', '--no-first-run', '--no-proxy-server'],
  ...[
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--disable-extensions',
    '--disable-sync',
    '--disable-breakpad',
  ],
  ...[
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-default-apps',
    '--metrics-recording-only',
  ],
  // A page that has been left would stay alive, with its connections.
  '--disable-features=BackForwardCache',
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost , EXCLUDE *.localhost',
]

/**
 * Starts it with one empty page.
 * @param {import('./stage.js').Stage} stage
 */
export async function startChromium(stage) {
  const profile = `--user-data-dir=${join(stage.folder, 'chromium')}`
  const program = stage.program('chromium', [...options, profile, 'about:blank'])
  stage.leaving(() => program.stop())
  const [, port] = await program.untilPrinted(/^DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)\//m, 60)
  const url = await eventually(() => pageUrl(Number(port)), 20, 'a page of Chromium')
  const socket = new WebSocket(url)
  socket.on('error', () => undefined)
  await within(nextEvent(socket, 'open'), 20, 'the DevTools of Chromium')
  const page = new Page(socket)
  for (const domain of ['Page', 'Runtime', 'Network']) await page.command(`${domain}.enable`)
  return page
}

/** @param {number} port @returns {Promise<string | undefined>} */
async function pageUrl(port) {
  const response = await fetch(`http://127.0.0.1:${port}/json/list`)
  const targets = /** @type {{ type: string, webSocketDebuggerUrl: string }[]} */ (await response.json())
  return targets.find(({ type }) => type === 'page')?.webSocketDebuggerUrl
}

/** One page of Chromium. */
export class Page {
  #socket
  #lastId = 0
  /** @type {Map<number, (message: Message) => void>} */
  #waiting = new Map()
  /** @type {Message[]} what happened, in its order */
  events = []

  /** @param {WebSocket} socket */
  constructor(socket) {
    this.#socket = socket
    socket.on('message', (bytes) => {
      const message = /** @type {Message} */ (parsedJson(textOf(bytes)))
      if (message.id === undefined) this.events.push(message)
      else this.#waiting.get(message.id)?.(message)
    })
  }

  /**
   * @param {string} method of the DevTools protocol
   * @param {Record<string, unknown>} [params]
   * @returns {Promise<unknown>}
   */
  async command(method, params = {}) {
    const id = ++this.#lastId
    const answer = new Promise((/** @type {(message: Message) => void} */ resolve) =>
      this.#waiting.set(id, resolve),
    )
    this.#socket.send(JSON.stringify({ id, method, params }))
    const { result, error } = await within(answer, 20, method)
    this.#waiting.delete(id)
    assert.equal(error, undefined, `${method}: ${error?.message}`)
    return result
  }

  /** @param {string} url */
  open(url) {
    return this.command('Page.navigate', { url })
  }

  /** The value of an expression in the page. @param {string} expression @returns {Promise<unknown>} */
  async value(expression) {
    const given = { expression, returnByValue: true, awaitPromise: true }
    const { result } = /** @type {{ result: { value?: unknown } }} */ (
      await this.command('Runtime.evaluate', given)
    )
    return result.value
  }

  /** Waits until an expression has this value. @param {string} expression @param {unknown} expected */
  async until(expression, expected) {
    /** @type {unknown} */
    let last
    const ask = async () => {
      last = await this.value(expression)
      return last === expected ? true : undefined
    }
    await eventually(ask, 30, `${expression}`).catch((error) => assert.equal(last, expected, String(error)))
  }

  /** The parameters of all events of a kind so far. @param {string} method */
  happened(method) {
    return this.events.filter((event) => event.method === method).map(({ params = {} }) => params)
  }
}
