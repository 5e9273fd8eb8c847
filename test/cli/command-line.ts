import { Server } from 'node:net'
import t from 'tap'
import { run, serving } from '../../fixtures/routes/fake-terminal.js'
import { limitOptions } from '../../lib/cli/limit-options.js'
import { plainOptions, serveOptions } from '../../lib/cli/option-table.js'
import { packageVersion } from '../../lib/cli/package-version.js'

const route = ['--route', '* -> :3000']
const free = ['--listen', '127.0.0.1:0']
const where = 'railscale --help lists commands and options\n'

t.test('serve --version is the version, however it is asked for', async (t) => {
  for (const argv of [['serve', '--version'], ['--version', '--help=false'], ['--version=true']])
    t.strictSame(await run(argv), { code: 0, output: `${packageVersion()}\n`, errors: '' })
})

t.test('--help names the command, and help of the command its options', async (t) => {
  for (const argv of [['--help'], ['help']]) {
    const { code, output, errors } = await run(argv)
    t.equal(code, 0)
    t.equal(errors, '')
    t.match(output, /^railscale <command>\n\nAn HTTP\/1\.1 gateway that routes by Host and path\.\n/)
    t.match(output, /^ {2}railscale serve +listen, and route requests to their origins$/m)
    t.match(output, 'RAILSCALE_LISTEN')
  }
  for (const argv of [
    ['serve', '--help'],
    ['--help', 'serve'],
    ['serve', '--help', '--unknown', 'x'],
  ]) {
    const { code, output } = await run(argv)
    t.equal(code, 0)
    for (const name of Object.keys(serveOptions)) t.match(output, new RegExp(`^ {2}--${name} `, 'm'))
  }
})

t.test('help has the limits in a group of their own below the other options', async (t) => {
  const { output } = await run(['serve', '--help'])
  const groups = output.split(/^(?=\S+:$)/m).map((group) => group.split('\n'))
  t.strictSame(
    groups.slice(1).map(([title]) => title),
    ['Options:', 'Limits:'],
  )
  const [, options = [], limits = []] = groups.map((lines) =>
    lines.flatMap((line) => /^ {2}--([a-z-]+)/.exec(line)?.[1] ?? []),
  )
  t.strictSame(options, [...Object.keys(plainOptions), 'version', 'help'])
  t.strictSame(limits, Object.keys(limitOptions))
  t.match(output, /^ {2}--head-timeout .*\n? *\[string\] \[default: 10s\]$/m)
  t.match(output, /^ {2}--max-head .*\[default: 16k\]$/m)
})

t.test('what stands in the environment is not shown as the default', async (t) => {
  const environment = { RAILSCALE_LOG: 'json', RAILSCALE_MAX_HEAD: '8k' }
  const { output } = await run(['serve', '--help'], { environment })
  t.equal(output, (await run(['serve', '--help'])).output)
})

t.test('help is as wide as the terminal, and no wider than is read well', async (t) => {
  for (const [columns, most] of [
    [60, 60],
    [1_000, 110],
  ] as const) {
    const { output } = await run(['serve', '--help'], { columns })
    const widest = Math.max(...output.split('\n').map((line) => line.length))
    t.ok(widest <= most && widest > most - 20, `${widest} of ${most}`)
  }
})

for (const [what, argv, sentence] of [
  ['no command', [], 'a command is missing'],
  ['no command, but an option', [...free], 'a command is missing'],
  ['an unknown command', ['proxy'], 'Unknown argument: proxy'],
  ['a command with a slip', ['serv'], 'Unknown argument: serv; did you mean "serve"?'],
  ['a command that is none', ['x'], 'Unknown argument: x'],
  [
    'an unknown option',
    ['serve', ...route, '--lisen', '1'],
    'Unknown argument: lisen; did you mean "listen"?',
  ],
  ['an unknown letter', ['serve', '-x'], 'Unknown argument: x'],
  ['two unknown options', ['serve', '--a', '--b'], 'Unknown arguments: a, b'],
  ['a property of every object', ['serve', '--constructor'], 'Unknown argument: constructor'],
  ['an option denied', ['serve', ...route, '--no-log'], 'Unknown argument: no-log'],
  ['a part of an option', ['serve', '--routes.x=1'], 'Unknown argument: routes.x; did you mean "routes"?'],
  ['an option of camels', ['serve', '--routeS', 'x'], 'Unknown argument: routeS; did you mean "routes"?'],
  ['a file without option', ['serve', 'routes.txt'], 'serve takes options only, such as --routes FILE'],
  ['a file behind --', ['serve', ...route, '--', 'x'], 'serve takes options only, such as --routes FILE'],
  ['the command twice', ['serve', 'serve'], 'serve takes options only, such as --routes FILE'],
  [
    'two values of one option',
    ['serve', ...route, ...free, '0'],
    'serve takes options only, such as --routes FILE',
  ],
  ['explain without request', ['explain'], 'explain needs the URL of a request, or the name of a route'],
  ['explain with two requests', ['explain', 'a', 'b'], 'Unknown argument: b'],
  ['a word for check', ['check', 'routes.txt'], 'check takes options only, such as --routes FILE'],
  ['--json with a value of its own', ['explain', 'a', '--json', 'b'], 'Unknown argument: b'],
  ['an option of another command', ['check', '--metrics'], 'Unknown argument: metrics'],
  ['-X twice', ['explain', 'a', '-X', 'GET', '-X', 'PUT'], '--method is given twice'],
  ['-X without value', ['explain', 'a', '-X'], '--method needs a value'],
  ['--routes without value', ['serve', '--routes'], '--routes needs a value'],
  ['--routes with an empty one', ['serve', '--routes', ''], '--routes needs a value'],
  ['--routes=', ['serve', '--routes='], '--routes needs a value'],
  ['--route without value', ['serve', '--route', '--log', 'off'], '--route needs a value'],
  ['--route with an empty one', ['serve', ...route, '--route', ''], '--route needs a value'],
  ['--listen without value', ['serve', ...route, '--listen'], '--listen needs a value'],
  ['--listen before an option', ['serve', '--listen', ...route], '--listen needs a value'],
  ['--listen with an empty value', ['serve', ...route, '--listen', ''], '--listen needs a value'],
  ['--log without value', ['serve', ...route, '--log'], '--log needs a value'],
  ['--log twice', ['serve', ...route, '--log', 'off', '--log', 'off'], '--log is given twice'],
  [
    '--metrics twice',
    ['serve', ...route, '--metrics', '--metrics', '127.0.0.1:0'],
    '--metrics is given twice',
  ],
  ['a limit without value', ['serve', ...route, '--max-head'], '--max-head needs a value'],
  ['a limit twice', ['serve', '--max-head', '8k', '--max-head', '8k', ...route], '--max-head is given twice'],
  [
    'a limit that is none',
    ['serve', ...route, '--max-field', '3'],
    'Unknown argument: max-field; did you mean "max-fields"?',
  ],
] as const) {
  t.test(`${what} is told in a sentence, with the place where help is, and nothing listens`, async (t) => {
    const listened = t.capture(Server.prototype, 'listen')
    t.strictSame(await run(argv), { code: 2, output: '', errors: `railscale: ${sentence}\n${where}` })
    t.equal(listened().length, 0)
  })
}

for (const [option, text] of [
  ['--listen', 'here'],
  ['--listen', '-1'],
  ['--listen', '65536'],
  ['--listen', '1e3'],
  ['--listen', '0x50'],
  ['--listen', '8080.0'],
  ['--listen', ' 8080'],
  ['--listen', 'http://127.0.0.1:0'],
  ['--listen', '::1:0'],
  ['--listen', '127.0.0.1:'],
  ['--metrics', 'on'],
  ['--metrics', '127.0.0.1'],
] as const) {
  t.test(`${option} "${text}" is no address, and nothing listens`, async (t) => {
    const listened = t.capture(Server.prototype, 'listen')
    const { code, output, errors } = await run(['serve', ...route, ...free, option, text])
    t.equal(code, 2)
    t.equal(output, '')
    t.equal(
      errors,
      `railscale: ${option}: "${text}" is no address to listen on: write a port such as 8080, ${option === '--listen' ? 'host:port, or unix:PATH' : 'or host:port'}\n`,
    )
    t.equal(listened().length, 0)
  })
}

for (const [option, text, sentence] of [
  ['--head-timeout', '10', '"10" is no time without its unit: write 10s or 10ms (s, ms, m or h)'],
  ['--connect-timeout', '0s', '"0s" is too little: a wait must end, so it takes 1ms or more'],
  ['--max-head', '1g', '"1g" is too much: it takes 64k or less'],
  ['--max-fields', '-1', '"-1" is no count: write a whole number such as 100'],
  ['--max-connections', '0', '"0" is too little: it takes 1 or more'],
  ['--trust', '10.1.0.0/8', '"10.1.0.0/8" has bits behind its prefix: write 10.0.0.0/8'],
  ['--errors', 'none', '"none" is none of its values: write auto, brief, full'],
  ['--log', 'xml', '"xml" is none of its values: write pretty, json, live, off'],
  ['--listen', 'unix:', '"unix:" names no file: write unix:PATH, such as unix:/run/railscale.sock'],
] as const) {
  const variable = `RAILSCALE_${option.slice(2).toUpperCase().replace('-', '_')}`
  t.test(
    `${option} ${text} and ${variable}=${text} are told in a sentence, and nothing listens`,
    async (t) => {
      const listened = t.capture(Server.prototype, 'listen')
      const told = (from: string): object => ({
        code: 2,
        output: '',
        errors: `railscale: ${from}: ${sentence}\n`,
      })
      t.strictSame(await run(['serve', ...route, option, text]), told(option))
      t.strictSame(await run(['serve', ...route], { environment: { [variable]: text } }), told(variable))
      t.equal(listened().length, 0)
    },
  )
}

t.test('a number stays the text that it was, with its zeros', async (t) => {
  const { ports } = await serving(t, ['serve', ...route, '--listen', '127.0.0.1:00000'])
  t.equal(ports.length, 1)
  const { errors } = await run(['serve', ...route, '--listen', '0808080'])
  t.match(errors, '"0808080" is no address')
  const { errors: missing } = await run(['serve', '--routes', '08080'])
  t.match(missing, /^08080: error: there is no such file\n/)
  const { errors: line } = await run(['serve', '--route', '010'])
  t.match(line, '\n 1 | 010\n')
})

t.test('options may stand before the command', async (t) => {
  const { terminal } = await serving(t, [...free, ...route, 'serve'])
  t.match(terminal.output, '1 route\n  * -> localhost:3000\n')
})

t.test('yargs speaks English to everybody, as we do', async (t) => {
  const before = process.env['LC_ALL']
  t.teardown(() => {
    if (before === undefined) delete process.env['LC_ALL']
    else process.env['LC_ALL'] = before
  })
  process.env['LC_ALL'] = 'de_DE.UTF-8'
  t.match((await run(['serve', '--x'])).errors, 'Unknown argument: x')
  t.match((await run(['--help'])).output, 'Show version number')
})

t.test('an option can be given in the environment, where it is not on the command line', async (t) => {
  const environment = {
    RAILSCALE_ROUTE: 'a.test -> :1\nb.test -> :2\n',
    RAILSCALE_LISTEN: '127.0.0.1:0\n127.0.0.2:0\n',
    RAILSCALE_METRICS: '127.0.0.1:0',
  }
  const { terminal, ports } = await serving(t, ['serve'], { environment })
  t.equal(ports.length, 3)
  t.match(
    terminal.output,
    /^listening on http:\/\/127\.0\.0\.1:\d+\nlistening on http:\/\/127\.0\.0\.2:\d+\nmetrics on /,
  )
  t.match(terminal.output, '2 routes\n  a.test -> localhost:1\n  b.test -> localhost:2\n')
  const over = await serving(t, ['serve', ...route, '--listen', '127.0.0.3:0'], { environment })
  t.match(over.terminal.output, /^listening on http:\/\/127\.0\.0\.3:\d+\nmetrics on /)
  t.match(over.terminal.output, '1 route\n  * -> localhost:3000\n')
})

t.test('a file of routes can be named in the environment', async (t) => {
  const environment = { RAILSCALE_ROUTES: '/none/such file.txt' }
  t.match(
    (await run(['serve'], { environment })).errors,
    /^\/none\/such file\.txt: error: there is no such file\n/,
  )
})

t.test('variables that are empty or stand for no option take no part', async (t) => {
  const environment = {
    RAILSCALE_ROUTES: '',
    RAILSCALE_ROUTE: '\n',
    RAILSCALE_LISTEN: '',
    RAILSCALE_METRICS: '',
    RAILSCALE_LOG: '',
    RAILSCALE_UNKNOWN: 'x',
    RAILSCALE_HELP: 'true',
    RAILSCALE_VERSION: 'true',
    railscale_log: 'xml',
  }
  const { terminal } = await serving(t, ['serve', ...route, ...free], { environment })
  t.match(terminal.output, /^listening on \S+\n1 route\n/)
})

t.test('a wrong variable is told as a wrong option is', async (t) => {
  for (const [name, value, sentence] of [
    ['RAILSCALE_LOG', 'loud', 'RAILSCALE_LOG: "loud" is none of its values'],
    ['RAILSCALE_LISTEN', '127.0.0.1', 'RAILSCALE_LISTEN: "127.0.0.1" is no address to listen on'],
    ['RAILSCALE_METRICS', 'off', 'RAILSCALE_METRICS: "off" is no address to listen on'],
    ['RAILSCALE_ROUTE', '* :3000', 'the arrow "->" is missing'],
  ] as const) {
    const given = name === 'RAILSCALE_ROUTE' ? [] : route
    const { code, errors } = await run(['serve', ...given], { environment: { [name]: value } })
    t.equal(code, 2, name)
    t.match(errors, sentence)
  }
})
