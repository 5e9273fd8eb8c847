import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import t, { type Test } from 'tap'
import { refusingPort } from '../../fixtures/peers/address-origin.js'
import { takeMessage } from '../../fixtures/peers/messages.js'
import { connectRaw, connectUnix } from '../../fixtures/peers/raw-peer.js'
import {
  consoleSteps,
  curlBytes,
  curlRequest,
  jqOutput,
  readmeBlock,
  words,
} from '../../fixtures/readme-console.js'
import { ReadmeOrigin } from '../../fixtures/readme-origins.js'
import { serving, type Serving } from '../../fixtures/routes/fake-terminal.js'
import { socketFolder } from '../../fixtures/socket-folder.js'
import { HeldRequests } from '../../lib/hop/held-requests.js'
import { compileRoutes } from '../../lib/routes/compile.js'
import { formatMistake } from '../../lib/routes/mistake.js'
import { originsOf } from '../../lib/routes/route.js'

const readme = readFileSync('README.md', 'utf8')

/** What README writes, and what stands for it while its examples run. */
type Stand = readonly [written: string, real: string]

type Hold = HeldRequests['hold']

/** An example of README that runs. */
class Example {
  readonly #t: Test
  readonly #stands: readonly Stand[]
  readonly #folder: string
  #gateway: Serving | undefined

  constructor(t: Test, name: string, stands: readonly Stand[], folder: string) {
    this.#t = t
    this.#folder = folder
    this.#stands = stands
    writeFileSync(join(folder, 'routes.txt'), this.#real(readmeBlock('routes', name)))
  }

  /** What `command` prints. */
  output(command: string): Promise<string> {
    const line = this.#real(command)
    if (line.startsWith('curl ')) return this.#curl(line)
    return line.startsWith('jq ') ? this.#jq(line) : this.#serve(line)
  }

  async #serve(line: string): Promise<string> {
    const all = words(line)
    const at = all.indexOf('railscale')
    const environment = Object.fromEntries(new URLSearchParams(all.slice(0, at).join('&')))
    const argv = all.slice(at + 1).map((word) => word.replace(/^routes\.txt$/, `${this.#folder}/$&`))
    const listen = argv.includes('--listen') ? [] : ['--listen', '0']
    this.#gateway = await serving(this.#t, [...argv, ...listen], { environment })
    return ''
  }

  async #curl(line: string): Promise<string> {
    const request = curlRequest(line)
    let output = ''
    for (const url of request.urls) {
      const { socketPath } = request
      const peer = await (socketPath === ''
        ? connectRaw(this.#gateway?.ports[0] ?? 0)
        : connectUnix(socketPath))
      peer.send(curlBytes(url, request))
      const { head, content } = await takeMessage(peer)
      output += `${request.showsHead ? shownHead(head) : ''}${content}`
      peer.destroy()
    }
    return this.#written(output)
  }

  async #jq(line: string): Promise<string> {
    const { terminal } = this.#gateway as Serving
    await terminal.until(() => terminal.errors.endsWith('\n'))
    return this.#written(jqOutput(line, terminal.errors))
  }

  #real(text: string): string {
    return this.#stands.reduce<string>((result, [written, real]) => result.replaceAll(written, real), text)
  }

  #written(text: string): string {
    const back = this.#stands.reduce<string>(
      (result, [written, real]) => result.replaceAll(real, written),
      text,
    )
    return back.replaceAll(`${this.#folder}/`, '').trimEnd()
  }
}

/** A head as README shows it, which says what is left out. */
function shownHead(head: string): string {
  return head.replace(/^(?:Date: .*|Connection: close)\r\n/gm, '').replaceAll('\r\n', '\n')
}

/** Runs the console of an example. @param events what happens where it says so, by the sentence that it says */
async function follow(
  t: Test,
  example: Example,
  name: string,
  events: Readonly<Record<string, () => unknown>> = {},
): Promise<void> {
  for (const { kind, text, output } of consoleSteps(readmeBlock('console', name))) {
    if (kind === 'command') t.equal(await example.output(text), output, text)
    else await (events[text] ?? t.fail)(text)
  }
}

t.test('the laptop of README does as it is shown there', async (t) => {
  const web = await ReadmeOrigin.start(t, 'web', ['host'])
  const api = await ReadmeOrigin.start(t, 'api', ['x-forwarded-prefix'])
  const canary = await ReadmeOrigin.start(t, 'canary')
  const pay = await ReadmeOrigin.startTls(t, 'pay', ['host', 'authorization'])
  const stands: Stand[] = [
    [':5173', `:${web.port}`],
    [':4000', `:${api.port}`],
    [':4001', `:${canary.port}`],
    [
      'https://api.pay.example',
      `https://localhost:${pay.port} ca=${join(process.cwd(), 'fixtures/tls/ca.pem')}`,
    ],
    ['api.pay.example', `localhost:${pay.port}`],
  ]
  const example = new Example(t, 'laptop', stands, socketFolder(t))
  await follow(t, example, 'laptop', {
    'the API is stopped, and started again while this request is held': async () => {
      await api.stop()
      const real = Object.getOwnPropertyDescriptor(HeldRequests.prototype, 'hold')?.value as Hold
      t.intercept(HeldRequests.prototype, 'hold', {
        value(this: HeldRequests, ...held: Parameters<Hold>) {
          void api.start()
          return Reflect.apply(real, this, held)
        },
      })
    },
  })
})

t.test('the CI job of README does as it is shown there', async (t) => {
  const shop = await ReadmeOrigin.start(t, 'shop')
  const stands: Stand[] = [
    ['4001', String(shop.port)],
    ['4002', String(await refusingPort(t))],
  ]
  await follow(t, new Example(t, 'ci', stands, socketFolder(t)), 'ci')
})

t.test('the edge of README does as it is shown there', async (t) => {
  const folder = socketFolder(t)
  const shown = ['x-forwarded-for', 'x-forwarded-proto']
  const one = await ReadmeOrigin.start(t, '10.0.0.5', shown)
  const two = await ReadmeOrigin.start(t, '10.0.0.6', shown)
  const three = await ReadmeOrigin.start(t, '10.0.0.7')
  await ReadmeOrigin.start(t, 'files', [], join(folder, 'files.sock'))
  const stands: Stand[] = [
    ['10.0.0.5:3000', `127.0.0.1:${one.port}`],
    ['10.0.0.6:3000', `127.0.0.1:${two.port}`],
    ['10.0.0.7:3000', `127.0.0.1:${three.port}`],
    ['/run/', `${folder}/`],
  ]
  await follow(t, new Example(t, 'edge', stands, folder), 'edge', {
    '10.0.0.5 and 10.0.0.6 are stopped': () => Promise.all([one.stop(), two.stop()]),
  })
})

t.test('the routes of README send requests where its words say', (t) => {
  const { table, mistakes } = compileRoutes([{ name: 'README.md', text: readmeBlock('example', 'routes') }])
  t.same(mistakes, [])
  const goesTo = (host: string, path: string, method = 'GET'): unknown => {
    const route = table?.match({ host, path, method })
    return route && (originsOf(route)[0]?.port ?? route.target.kind)
  }
  t.equal(goesTo('a.test', '/'), 3000)
  t.equal(goesTo('a.test', '/api/x'), 4000)
  t.equal(goesTo('a.test', '/apix'), 3000)
  t.equal(goesTo('a.test', '/uploads', 'PUT'), 4002)
  t.equal(goesTo('a.test', '/uploads', 'GET'), 3000)
  t.equal(goesTo('a.test', '/health'), 'answer')
  t.equal(goesTo('a.test', '/health/x'), 3000)
  t.equal(goesTo('a.test', '/docs/x'), 'redirect')
  t.equal(goesTo('x.a.test', '/'), 3001)
  t.equal(goesTo('other', '/'), 5000)
  t.end()
})

t.test('the mistake of README looks as it is shown there', (t) => {
  const { mistakes } = compileRoutes([{ name: 'routes.txt', text: 'a.test -> http://127.0.0.1:4000/base' }])
  t.equal(`${mistakes.map(formatMistake).join('\n')}\n`, readmeBlock('example', 'mistakes'))
  t.end()
})

/** What `block` of README shows of its commands, and what they print on the routes of README, in a folder of their own. */
function shownAndPrinted(t: Test, block: string): { shown: string; printed: string } {
  const folder = t.testdir({ 'routes.txt': readmeBlock('example', 'routes') })
  const shown = readmeBlock('example', block)
  const commands = shown.split('\n').filter((line) => line.startsWith('$ '))
  const railscale = `railscale() { '${process.execPath}' '${resolve('bin/railscale.js')}' "$@"; }`
  const script = commands.map((line) => `printf '%s\\n' '${line.replaceAll("'", "'\\''")}'; ${line.slice(2)}`)
  const { stdout } = spawnSync('bash', ['-c', [railscale, ...script].join('\n')], {
    cwd: folder,
    encoding: 'utf8',
  })
  return { shown, printed: stdout }
}

for (const block of ['explain', 'check']) {
  t.test(`README shows what the command prints: ${block}`, (t) => {
    const { shown, printed } = shownAndPrinted(t, block)
    if (process.env['RAILSCALE_WRITE_DOCUMENTS'] === '1') {
      writeFileSync(
        'README.md',
        readFileSync('README.md', 'utf8').replace(shown, () => printed),
      )
    }
    t.equal(shown, printed)
    t.end()
  })
}

t.test('every example of README is one that a test knows', (t) => {
  const marks = [...readme.matchAll(/^<!-- (?:example|routes|console) (\w+) -->$/gm)].map(([, name]) => name)
  const known = [
    'routes',
    'mistakes',
    'explain',
    'check',
    'laptop',
    'laptop',
    'ci',
    'ci',
    'edge',
    'edge',
    'failure',
  ]
  t.same(marks, known)
  t.end()
})
