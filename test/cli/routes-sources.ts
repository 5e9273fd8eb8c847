import { execFileSync } from 'node:child_process'
import { chmodSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import t from 'tap'
import { CommandError } from '../../lib/cli/exit-codes.js'
import { loadRoutes, mistakesCode, RoutesLoader, type RoutesArguments } from '../../lib/cli/routes-sources.js'
import { maxRoutesFileBytes } from '../../lib/routes/side-file.js'
import type { RouteTable } from '../../lib/routes/route-table.js'

const never = (text: string): void => void t.fail(`warned: ${text}`)

function load(given: RoutesArguments, variables: Record<string, string> = {}): RouteTable {
  return loadRoutes(given, variables, never)
}

/** What loading says when it fails. */
function refusal(given: RoutesArguments): string {
  try {
    load(given)
  } catch (error) {
    if (error instanceof CommandError && error.exitCode === 2) return error.message
    throw error
  }
  throw new Error('it did not fail')
}

const matches = (table: RouteTable): string[] => table.routes.map(({ matchText }) => matchText)

t.test('routes come from a file, from lines, or from both, the file first', (t) => {
  const file = join(t.testdir({ 'my routes.txt': 'a.test -> :${PORT}\r\n' }), 'my routes.txt')
  const variables = { PORT: '3' }
  const route = ['b.test -> :1', 'c.test -> :2\nd.test -> :3']
  t.strictSame(matches(load({ routes: [file] }, variables)), ['a.test'])
  t.strictSame(matches(load({ route })), ['b.test', 'c.test', 'd.test'])
  t.strictSame(matches(load({ routes: [file], route }, variables)), ['a.test', 'b.test', 'c.test', 'd.test'])
  t.end()
})

t.test('without file and lines it is ./routes.txt, and its absence says what to do', (t) => {
  const folder = t.testdir({ some: { 'routes.txt': 'a.test -> :1' }, none: {} })
  const before = process.cwd()
  t.teardown(() => process.chdir(before))
  process.chdir(join(folder, 'some'))
  t.strictSame(matches(load({})), ['a.test'])
  t.strictSame(matches(load({ route: [] })), ['a.test'])
  t.strictSame(matches(load({ route: ['b.test -> :1'] })), ['b.test'], 'not beside lines')
  process.chdir(join(folder, 'none'))
  t.equal(
    refusal({}),
    `./routes.txt: error: there is no such file
   = write one there, name another with --routes, or give a route: --route '* -> :3000'
1 error`,
  )
  t.end()
})

for (const [what, name, content, message] of [
  ['a folder', 'folder', {}, 'it is a folder'],
  ['a file that is missing', 'missing/none', '', 'there is no such file'],
  ['a file below a file', 'file/x', '', 'a part of its path is no folder'],
  ['Latin-1', 'latin1', Buffer.from('# caf\xe9\n* -> :1', 'latin1'), 'it is not UTF-8 text'],
  ['UTF-16', 'utf16', Buffer.from('\u{feff}* -> :1', 'utf16le'), 'it is not UTF-8 text'],
  ['a program', 'program', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0xff, 0xfe, 0x80]), 'it is not UTF-8 text'],
  ['a truncated character', 'cut', Buffer.from('* -> :1 # ü').subarray(0, -1), 'it is not UTF-8 text'],
] as const) {
  t.test(`what is no routes file is told with its name: ${what}`, (t) => {
    const folder = t.testdir({ folder: {}, file: '' })
    const file = join(folder, name)
    if (Buffer.isBuffer(content)) writeFileSync(file, content)
    const [first = '', ...rest] = refusal({ routes: [file] }).split('\n')
    t.ok(first.startsWith(`${file}: error: `), first)
    t.match(first.slice(`${file}: error: `.length), message)
    t.equal(rest.at(-1), '1 error')
    t.end()
  })
}

t.test('a file that may not be read', { skip: process.getuid?.() === 0 && 'root may read all' }, (t) => {
  const file = join(t.testdir({ secret: '* -> :1' }), 'secret')
  chmodSync(file, 0)
  t.match(refusal({ routes: [file] }), `${file}: error: it may not be read\n`)
  t.end()
})

/** The content of the answers of `table`, in the order of its routes. */
const answers = (table: RouteTable): string[] =>
  table.routes.map(({ target }) => (target.kind === 'answer' ? target.content.toString('latin1') : ''))

t.test('files of routes are found from the routes file, those of lines from the working directory', (t) => {
  const file = 'a -> 200 @answer.txt'
  const folder = t.testdir({
    'answer.txt': 'here',
    below: { r: `${file}\nb -> 200 @../answer.txt`, 'answer.txt': 'below' },
  })
  const before = process.cwd()
  t.teardown(() => process.chdir(before))
  process.chdir(folder)
  const given = {
    routes: ['below/r'],
    route: ['c -> 200 @answer.txt', `d -> 200 @${folder}/below/answer.txt`],
  }
  t.strictSame(answers(load(given)), ['below', 'here', 'here', 'below'])
  process.chdir('below')
  t.strictSame(answers(load({ routes: ['r'] })), ['below', 'here'])
  t.end()
})

t.test('the certificates of an origin are read with the routes', (t) => {
  const ca = resolve('fixtures/tls/ca.pem')
  const [route] = load({ route: [`* -> https://a.test "ca=${ca}"`] }).routes
  t.match(route, { target: { origins: [{ tls: { ca: readFileSync(ca, 'latin1') } }] } })
  t.end()
})

t.test('a file of routes that cannot be used is a mistake with its place', (t) => {
  const folder = t.testdir({ folder: {}, large: '', most: '' })
  truncateSync(join(folder, 'large'), 10 * 1024 * 1024 + 1)
  truncateSync(join(folder, 'most'), 10 * 1024 * 1024)
  execFileSync('mkfifo', [join(folder, 'pipe')])
  for (const [name, reason] of [
    ['none', 'there is no such file'],
    ['folder', 'it is a folder'],
    ['large', 'it is larger than 10 MiB'],
    ['pipe', 'it cannot be read: it is no plain file'],
    ['most/x', 'a part of its path is no folder'],
    ['/dev/zero', 'it cannot be read: it is no plain file'],
  ] as const) {
    const [first = ''] = refusal({ route: ['* -> :1', `/x -> 200 @${resolve(folder, name)}`] })
      .split('\n')
      .filter((line) => line.startsWith('--route #2'))
    const start = `--route #2:1:11: error: "${resolve(folder, name)}" cannot be used: `
    t.equal(first.slice(0, start.length), start)
    t.match(first.slice(start.length), reason)
  }
  t.equal(answers(load({ route: [`* -> 200 @${folder}/most`] }))[0]?.length, 10 * 1024 * 1024)
  t.end()
})

t.test('what is odd is said, and the routes are served', (t) => {
  const said: string[] = []
  const table = loadRoutes({ route: ['* -> :1 strip'] }, {}, (text) => said.push(text))
  t.strictSame(matches(table), ['*'])
  t.match(said, [/^--route:1:9: warning: there is no path in the match that strip could remove\n[^]*\n$/])
  t.end()
})

t.test('a byte order mark, NULs and no last line end are no hindrance', (t) => {
  const file = join(t.testdir({ routes: '\u{feff}a.test -> :1 # \0' }), 'routes')
  t.strictSame(matches(load({ routes: [file] })), ['a.test'])
  t.end()
})

t.test('a file of 16 MiB is read, a larger one is something else', (t) => {
  const folder = t.testdir({ most: '', more: '' })
  const text = Buffer.alloc(maxRoutesFileBytes, '# x')
  writeFileSync(join(folder, 'most'), text)
  t.match(refusal({ routes: [join(folder, 'most')] }), 'there is no route in it')
  writeFileSync(join(folder, 'more'), Buffer.concat([text, Buffer.from(' ')]))
  t.match(refusal({ routes: [join(folder, 'more')] }), ': error: it is larger than 16 MiB')
  t.end()
})

t.test('all mistakes of file and lines are told at once, and counted', (t) => {
  const file = join(t.testdir({ r: 'a.test -> :x\nb..test -> :1 nam=x' }), 'r')
  t.equal(
    refusal({ routes: [file], route: ['c.test -> :1', 'd.test :2'] }),
    `${file}:1:11: error: ":x" is no origin
 1 | a.test -> :x
   |           ^^
   = write :3000, host:3000 or http://host:3000
${file}:2:1: error: "b..test" is no host
 2 | b..test -> :1 nam=x
   | ^^^^^^^
   = write a name such as a.test, *.a.test, an IPv4 address, or [::1]
${file}:2:15: error: unknown option "nam"
 2 | b..test -> :1 nam=x
   |               ^^^^^
   = did you mean "name"?
--route #2:1:8: error: the arrow "->" is missing
 1 | d.test :2
   |        ^^
   = a route is: host/path -> origin, with blanks around the arrow
4 errors`,
  )
  t.end()
})

t.test('a single line of the command line needs no number', (t) => {
  t.match(refusal({ route: ['a.test'] }), /^--route:1:1: error: the arrow "->" is missing\n/)
  t.end()
})

t.test('several files are one table, and the first is named where they disagree', (t) => {
  const folder = t.testdir({ a: 'a.test -> :1', b: 'b.test -> :1' })
  const routes = [join(folder, 'a'), join(folder, 'b')]
  t.strictSame(matches(load({ routes })), ['a.test', 'b.test'])
  const route = ['b.test -> :2']
  t.match(refusal({ routes, route }), `--route:1:1: error: ${join(folder, 'b')}:1 takes the same requests`)
  t.end()
})

t.test('what files include is found from their folder', (t) => {
  const folder = t.testdir({
    r: 'include d/*.txt',
    d: { 'a.txt': 'include ../e', 'b.txt': 'b.test -> :1' },
    e: 'e.test -> :1',
  })
  t.strictSame(matches(load({ routes: [join(folder, 'r')] })), ['e.test', 'b.test'])
  t.end()
})

t.test('a loader reads as often as it is asked, and tells what it has looked for', async (t) => {
  const folder = t.testdir({ r: 'a.test -> :1' })
  const file = join(folder, 'r')
  const loader = new RoutesLoader({ routes: [file] }, {})
  t.strictSame(loader.names, [file])
  t.equal(loader.compile().table?.routes.length, 1)
  t.strictSame([loader.files.paths, loader.files.changed], [[file], false])
  writeFileSync(file, 'a.test -> :1\nb.test -> 200 @x')
  t.ok(loader.files.changed)
  t.equal((await loader.compileInSlices()).table, undefined)
  t.strictSame([loader.files.paths, loader.files.changed], [[file, join(folder, 'x')], false])
  writeFileSync(join(folder, 'x'), 'x')
  t.ok(loader.files.changed, 'what was missing has come')
  t.equal((await loader.compileInSlices()).table?.routes.length, 2)
})

t.test('routes that are right and fail their tests are another matter', (t) => {
  const code = (text: string): number =>
    mistakesCode(new RoutesLoader({ route: [text] }, {}).compile().mistakes)
  t.equal(code('* -> :1 name=a\n? GET http://a.test/ => a'), 0)
  t.equal(code('* -> :1 strip'), 0, 'warnings')
  t.equal(code('* -> :1 name=a\n? GET http://a.test/ => 404'), 1)
  t.equal(code('* -> :x\n? GET http://a.test/ => 404'), 2)
  t.end()
})
