import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { generatedSections, withSection, writtenSection } from '../../fixtures/documents.js'
import { startGateway } from '../../fixtures/gateway.js'
import { takeMessage, type Message } from '../../fixtures/peers/messages.js'
import type { RawPeer } from '../../fixtures/peers/raw-peer.js'
import { manualBlock, manualMarks, namedRequests, type NamedRequest } from '../../fixtures/readme-manual.js'
import { ReadmeOrigin } from '../../fixtures/readme-origins.js'
import { commandTable, type CommandName, type CommandRow } from '../../lib/cli/command-table.js'
import { variableOf } from '../../lib/cli/option-row.js'
import { compileRoutes } from '../../lib/routes/compile.js'
import { countMistakes, formatMistake } from '../../lib/routes/mistake.js'
import { noFiles } from '../../lib/routes/side-file.js'

// `npm run docs` brings the documents up to date with the tables.
const write = process.env['RAILSCALE_WRITE_DOCUMENTS'] === '1'

t.test('man page and README say what the tables say', (t) => {
  for (const section of generatedSections()) {
    if (write) {
      writeFileSync(section.document, withSection(readFileSync(section.document, 'utf8'), section))
    }
    t.equal(writtenSection(section), section.text, `${section.name} in ${section.document}; npm run docs`)
  }
  t.end()
})

for (const [command, { options, text }] of Object.entries<CommandRow>(commandTable)) {
  t.test(`the help of ${command} names every option with its text and default`, (t) => {
    const help = execFileSync(process.execPath, ['bin/railscale.js', command, '--help'], { encoding: 'utf8' })
    const oneLine = help.replace(/\s+/g, ' ')
    t.match(oneLine, text)
    for (const [name, row] of Object.entries(options)) {
      t.match(oneLine, `--${name} `, name)
      t.match(oneLine, row.text, `${name}: text`)
      if (row.default !== '') t.match(oneLine, `[default: ${row.default}]`, `${name}: default`)
    }
    t.end()
  })
}

t.test('README names the scripts that there are, and no others', (t) => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
  const readme = readFileSync('README.md', 'utf8')
  const named = [...readme.matchAll(/(?:`|\n|&& )npm (?:run )?([a-z][a-z:]*)/g)].map(
    (match) => match[1] as string,
  )
  const builtIn = new Set(['ci', 'install'])
  for (const name of named) t.ok(builtIn.has(name) || name in scripts, `npm ${name}`)
  t.end()
})

const routesPage = 'railscale-routes.5'
const manual = readFileSync('man/railscale.1', 'utf8').replaceAll('\\-', '-')

t.test('the man pages are set without a warning', (t) => {
  for (const page of ['railscale.1', routesPage]) {
    const { error, status, stderr } = spawnSync('groff', ['-man', '-Tutf8', '-ww', `man/${page}`], {
      encoding: 'utf8',
    })
    if (error !== undefined) t.comment('there is no groff on this machine')
    else t.strictSame({ status, stderr }, { status: 0, stderr: '' }, page)
  }
  t.end()
})

t.test('railscale.1 has every section that a man page of a command has, and every option', (t) => {
  const sections = [...manual.matchAll(/^\.SH (.+)$/gm)].map(([, name]) => name)
  for (const name of [
    ...['NAME', 'SYNOPSIS', 'OPTIONS', 'TRUST', 'FAILURE ANSWERS', 'LIMITS', 'CONFORMANCE'],
    ...['EXIT STATUS', 'FILES', 'ENVIRONMENT', 'EXAMPLES', 'SEE ALSO'],
  ]) {
    t.ok(sections.includes(name), name)
  }
  for (const { options } of Object.values<CommandRow>(commandTable)) {
    for (const name of Object.keys(options)) {
      t.match(manual, new RegExp(`^\\.B (?:-[A-Z], )?--${name}(?: |$)`, 'm'), name)
      t.match(manual, ` ${variableOf(name)}.`, variableOf(name))
    }
  }
  for (const name of Object.keys(commandTable))
    t.match(manual, `.SH ${name === 'serve' ? 'SYNOPSIS' : name.toUpperCase()}\n`)
  t.end()
})

t.test('the examples of railscale.1 are commands with options that there are', (t) => {
  const examples = manual.slice(manual.indexOf('.SH EXAMPLES'))
  const lines = examples.split('\n').flatMap((line) => /(?:^| )railscale ([a-z]+) (.*)$/.exec(line) ?? [])
  const commands = lines.filter((_, i) => i % 3 === 1)
  t.ok(commands.length > 5)
  for (const [i, command] of commands.entries()) {
    const { options }: CommandRow = commandTable[command as CommandName]
    const named = [...(lines[3 * i + 2] ?? '').matchAll(/(?:^| )--?([A-Za-z-]+)/g)].map(
      ([, name]) => name ?? '',
    )
    const letters = Object.values(options).map(({ letter }) => letter)
    for (const name of named) t.ok(name in options || letters.includes(name), `${command} ${name}`)
  }
  t.end()
})

t.test('railscale-routes.5 compiles', (t) => {
  for (const name of manualMarks(routesPage, 'example')) {
    if (name === 'mistakes') continue
    const files = { ...noFiles, read: () => readFileSync('fixtures/tls/ca.pem') }
    const { mistakes } = compileRoutes([{ name, text: manualBlock(routesPage, 'example', name) }], {}, files)
    t.same(mistakes.map(formatMistake), [], name)
  }
  t.same(manualMarks(routesPage, 'example'), ['tests', 'mistakes', 'development', 'moved', 'several'])
  t.end()
})

t.test('the mistake of railscale-routes.5 looks as it is shown there', (t) => {
  const text = 'a.test -> :3000\na.test/api -> :4000 strp\n'
  const { mistakes } = compileRoutes([{ name: 'routes.txt', text }])
  const shown = [...mistakes.map(formatMistake), countMistakes(mistakes), ''].join('\n')
  t.equal(shown, manualBlock(routesPage, 'example', 'mistakes'))
  t.end()
})

for (const name of manualMarks(routesPage, 'requests')) {
  t.test(`the requests of railscale-routes.5 go where it says: ${name}`, async (t) => {
    const routes = manualBlock(routesPage, 'example', name)
    const { connect } = await startGateway(t, await withOrigins(t, routes))
    for (const request of namedRequests(manualBlock(routesPage, 'requests', name))) {
      const peer = await connect()
      const message = await asked(peer, request)
      peer.destroy()
      checkOutcome(t, request, message)
    }
  })
}

/** `routes` with an origin of our own for each that they name; it answers with the name. */
async function withOrigins(t: Test, routes: string): Promise<string> {
  const tokens = new Set(
    [...routes.matchAll(/-> ([^\s0-9]\S*|[0-9.]+:[0-9]+)/g)].map(([, token]) => token as string),
  )
  let text = routes
  for (const token of tokens) {
    const { port } = await ReadmeOrigin.start(t, token)
    text = text
      .replaceAll(`-> ${token} `, `-> 127.0.0.1:${port} `)
      .replaceAll(`-> ${token}\n`, `-> 127.0.0.1:${port}\n`)
  }
  return text
}

async function asked(peer: RawPeer, { method, host, target, line }: NamedRequest): Promise<Message> {
  const lines = [`${method} ${target} HTTP/1.1`, `Host: ${host}`, ...(line === '' ? [] : [line])]
  peer.send(`${lines.join('\r\n')}\r\n\r\n`)
  if (method === 'HEAD') return { head: await peer.takeThrough('\r\n\r\n'), content: '' }
  return takeMessage(peer)
}

function checkOutcome(t: Test, { text, method, outcome }: NamedRequest, { head, content }: Message): void {
  if ('origin' in outcome) {
    const { origin, path } = outcome
    const said = `${origin}: ${method} ${path}`
    if (method === 'HEAD') t.match(head, `\r\nX-Asked: ${said}\r\n`, text)
    else t.equal(content, `${said}\n`, text)
    return
  }
  const { status, more } = outcome
  t.match(head, `HTTP/1.1 ${status} `, text)
  if (status === 405) t.match(head, `\r\nAllow: ${more}\r\n`, text)
  else if (status > 300 && status < 400) t.match(head, `\r\nLocation: ${more}\r\n`, text)
  else if (more !== '') t.equal(content, more, text)
}
