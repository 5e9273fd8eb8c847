import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startChromium } from '../stage/chromium.js'
import { installedPackage } from '../stage/npm-package.js'
import { accepting, freePort } from '../stage/ports.js'
import { sampleOrigin } from '../stage/sample-origin.js'
import { check } from '../stage/stage.js'
import { eventually } from '../stage/within.js'
import { viteVersion } from '../stage/versions.js'

/** @typedef {import('../stage/stage.js').Stage} Stage */

/** @param {string} sentence @param {(stage: Stage) => Promise<void>} body which starts a browser, and that takes long */
function browserCheck(sentence, body) {
  check(sentence, body, 120)
}

const files = {
  'index.html': `<!doctype html><title>app</title><p id="text"></p><script type="module" src="/main.js"></script>\n`,
  'main.js': `import { text } from './text.js'
import './style.css'
window.loads = (window.loads ?? 0) + 1
const show = (text) => (document.querySelector('#text').textContent = text)
show(text)
if (import.meta.hot) import.meta.hot.accept('./text.js', (module) => show(module.text))
`,
  'text.js': `export const text = 'before'\n`,
  'style.css': `p { color: rgb(1, 2, 3) }\n`,
}

/**
 * A dev server of Vite over a small project.
 * @param {Stage} stage
 */
async function startVite(stage) {
  const vite = await installedPackage('vite', viteVersion)
  const project = join(stage.folder, 'project')
  mkdirSync(project)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(project, name), text)
  const port = await freePort()
  const args = [join(vite, 'bin/vite.js'), '--host', '127.0.0.1', '--port', String(port), '--strictPort']
  await accepting(stage.program(process.execPath, args, { cwd: project }), port)
  return { project, port }
}

/**
 * The project in Chromium, through a gateway.
 * @param {Stage} stage
 */
async function browsed(stage) {
  const { project, port } = await startVite(stage)
  const gateway = await stage.gateway(`app.localhost -> 127.0.0.1:${port} name=web`)
  // Chromium may reset the WebSocket of a page that it leaves, or with which it ends.
  gateway.possibleErrors = ['CLIENT_GONE']
  const page = await startChromium(stage)
  const url = `http://app.localhost:${gateway.port}`
  await page.open(`${url}/`)
  await page.until(`document.querySelector('#text')?.textContent`, 'before')
  return { project, gateway, page, url }
}

browserCheck(
  'Chromium shows a page of Vite and changes it without a reload when its files change',
  async (stage) => {
    const { project, gateway, page, url } = await browsed(stage)
    await page.until(`getComputedStyle(document.querySelector('p')).color`, 'rgb(1, 2, 3)')
    await page.value(`window.mark = 'the same page'`)

    // Vite tells the page of changes once its WebSocket is there.
    const taken = () => page.happened('Network.webSocketHandshakeResponseReceived')
    await eventually(() => (taken().length > 0 ? true : undefined), 20, 'the WebSocket of the page')
    writeFileSync(join(project, 'text.js'), `export const text = 'after'\n`)
    await page.until(`document.querySelector('#text').textContent`, 'after')
    writeFileSync(join(project, 'style.css'), `p { color: rgb(4, 5, 6) }\n`)
    await page.until(`getComputedStyle(document.querySelector('p')).color`, 'rgb(4, 5, 6)')
    assert.equal(await page.value('window.mark'), 'the same page')
    assert.equal(await page.value('window.loads'), 1)

    const sockets = page.happened('Network.webSocketCreated').map((event) => String(event['url']))
    assert.deepEqual(
      sockets.map((address) => new URL(address).origin),
      [url.replace('http', 'ws')],
    )
    await page.open('about:blank')
    const tunnel = await eventually(
      () => gateway.log.find(({ status }) => status === 101),
      10,
      'the end of the WebSocket',
    )
    assert.ok(tunnel.responseBytes > 0, 'the change came through the gateway')
  },
)

browserCheck('Chromium loads the page of Vite anew when its HTML changes', async (stage) => {
  const { project, page } = await browsed(stage)
  await page.value(`window.mark = 'the old page'`)
  const taken = () => page.happened('Network.webSocketHandshakeResponseReceived')
  await eventually(() => (taken().length > 0 ? true : undefined), 20, 'the WebSocket of the page')
  writeFileSync(join(project, 'index.html'), files['index.html'].replace('<p', '<h1>new</h1><p'))
  await page.until(`document.querySelector('h1')?.textContent`, 'new')
  assert.equal(await page.value('window.mark'), undefined)
})

browserCheck('Chromium shows why there is no answer', async (stage) => {
  const { server, port } = await sampleOrigin(stage)
  server.close()
  const gateway = await stage.gateway(`app.localhost -> 127.0.0.1:${port} name=web`)
  gateway.expectedErrors = ['ORIGIN_REFUSED']
  const page = await startChromium(stage)
  await page.open(`http://app.localhost:${gateway.port}/`)
  await page.until(`document.body?.innerText.includes('ORIGIN_REFUSED')`, true)
})

browserCheck('scripts of a page in Chromium fetch, upload, and follow events', async (stage) => {
  const origin = await sampleOrigin(stage)
  const events = await stage.origin((_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' })
    let event = 0
    const timer = setInterval(() => response.write(`data: ${++event}\n\n`), 50)
    response.once('close', () => clearInterval(timer))
  })
  const gateway = await stage.gateway([
    `app.localhost -> 127.0.0.1:${origin.port}`,
    `app.localhost/events -> 127.0.0.1:${events.port}`,
  ])
  gateway.expectedErrors = ['CLIENT_GONE']
  const page = await startChromium(stage)
  await page.open(`http://app.localhost:${gateway.port}/cookies`)
  await page.until('document.body?.innerText.trim()', 'cookies')
  assert.equal(await page.value('document.cookie'), 'a=1', 'the other one is not for scripts')
  const lengths = `Promise.all(Array.from({ length: 30 }, async (_, n) => (await (await fetch('/chunked/' + n * 1000)).arrayBuffer()).byteLength))`
  assert.deepEqual(
    await page.value(lengths),
    Array.from({ length: 30 }, (_, n) => n * 1_000),
  )
  const upload = `fetch('/received', { method: 'POST', body: new Uint8Array(3000000) }).then((r) => r.json()).then((r) => r.bytes)`
  assert.equal(await page.value(upload), 3_000_000)
  const followed = `new Promise((resolve) => {
    const source = new EventSource('/events'), seen = []
    source.onmessage = ({ data }) => { if (seen.push(data) === 3) { source.close(); resolve(seen.join()) } }
  })`
  assert.equal(await page.value(followed), '1,2,3')
  const left = () => gateway.log.find(({ path }) => path === '/events')
  assert.equal((await eventually(left, 10, 'the end of the events')).error, 'CLIENT_GONE')
})
