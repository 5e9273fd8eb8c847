import { join } from 'node:path'
import t from 'tap'
import { AddressOrigin, refusingPort } from '../../fixtures/peers/address-origin.js'
import { FakeTerminal, type Ended } from '../../fixtures/routes/fake-terminal.js'
import { checkGiven } from '../../lib/cli/check-command.js'
import { CommandError } from '../../lib/cli/exit-codes.js'
import { GivenOptions, type ParsedOptions } from '../../lib/cli/given-options.js'
import { checkOptions } from '../../lib/cli/option-table.js'

async function check(parsed: ParsedOptions, environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const terminal = new FakeTerminal()
  terminal.environment = environment
  const code = await checkGiven(new GivenOptions(checkOptions, parsed, environment), [], terminal)
  return { code, output: terminal.output, errors: terminal.errors }
}

t.test('routes that are fine end with 0 and a line', async (t) => {
  const file = join(
    t.testdir({ r: 'set PORT=3\na.test -> :${PORT} name=a\n? GET http://a.test/ => a\n' }),
    'r',
  )
  t.strictSame(await check({ routes: file }), {
    code: 0,
    output: `${file}: 1 route, 1 test: fine\n`,
    errors: '',
  })
})

t.test('without file and lines it is ./routes.txt', async (t) => {
  const before = process.cwd()
  t.teardown(() => process.chdir(before))
  process.chdir(t.testdir({ 'routes.txt': 'a.test -> :1' }))
  t.match(await check({}), { code: 0, output: './routes.txt: 1 route: fine\n' })
})

t.test('all mistakes of all files are its output, in order', async (t) => {
  const folder = t.testdir({ a: 'set X=1\na.test -> :x\n', b: 'b.test -> :1 nam=x\n' })
  const { code, output, errors } = await check({
    routes: [join(folder, 'a'), join(folder, 'b')],
    route: ['c.test'],
  })
  t.equal(code, 2)
  t.equal(errors, '')
  t.strictSame(
    output
      .split('\n')
      .filter((line) => /^\S/.test(line))
      .map((line) => line.replace(`${folder}/`, '')),
    [
      'a:1:5: warning: nothing uses the variable X',
      'a:2:11: error: ":x" is no origin',
      'b:1:14: error: unknown option "nam"',
      '--route:1:1: error: the arrow "->" is missing',
      '3 errors, 1 warning',
    ],
  )
})

for (const [what, route, code] of [
  ['warnings', ['set A=1', '* -> :1'], 0],
  ['a test that fails', ['* -> :1', '? GET http://a.test/ => 404'], 1],
  ['an error', ['* -> :x'], 2],
] as const) {
  t.test(`${what} end with ${code}, whatever the form`, async (t) => {
    for (const format of ['pretty', 'json', 'github']) {
      t.equal((await check({ route, format })).code, code, format)
    }
  })
}

t.test('a file that is missing is a mistake like others', async (t) => {
  const file = join(t.testdir({}), 'none')
  t.match(await check({ routes: file }), { code: 2, output: `${file}: error: there is no such file\n` })
  t.match(await check({ routes: file, format: 'github' }), {
    code: 2,
    output: `::error file=${file},title=railscale::there is no such file`,
  })
})

t.test('ports are those that serve will listen on', async (t) => {
  const route = ['a.test:81 -> :1', 'a.test/x -> :2']
  t.match(await check({ route }), { code: 2, output: 'bound to port 81, on which nothing listens' })
  t.match(await check({ route, listen: ['81', '82'] }), { code: 0, output: ': fine' })
  t.match(await check({ route }, { RAILSCALE_LISTEN: '81\n82' }), { code: 0, output: ': fine' })
  t.match(await check({ route, listen: '81' }), { code: 0, output: 'never reached' })
  t.match(await check({ route, listen: ['81', 'unix:/x'] }), { code: 0, output: ': fine' })
  t.match(await check({ route, listen: ['82', '127.0.0.1:0'] }), { code: 0, output: ': fine' })
})

t.test('variables come from the environment', async (t) => {
  t.match(await check({ route: ['* -> :${PORT}'] }, { PORT: '3000' }), { code: 0 })
  t.match(await check({ route: ['* -> :${PORT}'] }), { code: 2, output: 'the variable PORT is not set' })
})

t.test('with --live origins are dialled, and one that does not answer ends with 1', async (t) => {
  const { port } = await AddressOrigin.start(t, '127.0.0.1')
  const refusing = await refusingPort(t)
  const fine = await check({ route: [`* -> 127.0.0.1:${port}`], live: true })
  t.equal(fine.code, 0)
  t.match(
    fine.output,
    /^origin +address +name +TCP +TLS\n127\.0\.0\.1:\d+ .* answers\n--route: 1 route, 1 origin: fine\n$/,
  )
  const route = [`* -> 127.0.0.1:${port} -> 127.0.0.1:${refusing}`]
  const failed = await check({ route, live: true, format: 'json' })
  t.equal(failed.code, 1)
  t.match(JSON.parse(failed.output), {
    ok: false,
    live: [{ answers: true }, { answers: false, error: { code: 'ORIGIN_REFUSED' } }],
  })
  t.match(await check({ route }), { code: 0 }, 'not without being asked')
})

t.test('routes that are wrong are not dialled; those that fail a test are', async (t) => {
  const refusing = await refusingPort(t)
  const route = [`* -> 127.0.0.1:${refusing}`]
  const wrong = await check({ route: [...route, 'a.test -> :x'], live: true, format: 'json' })
  t.equal(wrong.code, 2)
  t.strictSame((JSON.parse(wrong.output) as { live: unknown }).live, [])
  const failing = await check({
    route: [...route, '? GET http://a.test/ => 404'],
    live: true,
    format: 'json',
  })
  t.equal(failing.code, 1)
  t.match(JSON.parse(failing.output), { tests: { failed: 1 }, live: [{ answers: false }] })
})

t.test('values that are wrong are told with their option', async (t) => {
  const route = '* -> :1'
  await t.rejects(
    check({ route, format: 'xml' }),
    new CommandError(2, '--format: "xml" is none of its values'),
  )
  await t.rejects(check({ route, listen: 'here' }), new CommandError(2, '--listen: "here" is no address'))
  await t.rejects(
    check({ route }, { RAILSCALE_CONNECT_TIMEOUT: 'soon' }),
    new CommandError(2, 'RAILSCALE_CONNECT_TIMEOUT: "soon"'),
  )
})
