import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { BuiltCommand } from '../../fixtures/built-command.js'
import { maxRoutesFileBytes } from '../../lib/routes/side-file.js'

/** After this it hangs: whatever the file is, an answer takes seconds at most. */
const patienceMs = 60_000
const leaked = /^ {4}at |node:internal|\b(?:Type|Range|Syntax|Reference)Error\b|\bundefined\b|\[object /m

interface Ended {
  readonly code: number | NodeJS.Signals
  readonly printed: string
}

async function run(t: Test, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const command = new BuiltCommand(t, 'bin/railscale.js', args, environment)
  const hanging = setTimeout(() => command.child.kill('SIGKILL'), patienceMs)
  const code = await command.ended
  clearTimeout(hanging)
  return { code, printed: command.output + command.errors }
}

/** The last part of the routes' path is what a mistake begins with, since the folder is another each time. */
function routesIn(t: Test, files: Readonly<Record<string, string | Buffer>>): string {
  const folder = t.testdir()
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return join(folder, 'routes.txt')
}

async function refused(
  t: Test,
  file: string,
  wanted: RegExp,
  environment: NodeJS.ProcessEnv = {},
): Promise<void> {
  for (const command of ['check', 'serve']) {
    const { code, printed } = await run(t, [command, '--routes', file], environment)
    t.equal(code, 2, `${command}: ${printed.slice(0, 2_000)}`)
    t.match(printed, wanted, command)
    t.notMatch(printed, leaked, command)
    t.notMatch(printed.replaceAll('\n', ''), /\p{Cc}/u, `${command} prints nothing that a terminal obeys`)
  }
}

const good = 'a.test -> :1 name=a\n'

for (const [what, content, wanted] of [
  ['nothing', '', /routes\.txt: error: there is no route in it/],
  ['NULs', '\0\0\0', /routes\.txt:1:1: error: /],
  ['a NUL in a host', `${good}b\0.test -> :2\n`, /routes\.txt:2:1: error: "b\ufffd\.test" is no host/],
  ['a byte order mark in the middle', `${good}\ufeffb.test -> :2`, /routes\.txt:2:1: error: /],
  ['carriage returns alone', 'a.test -> :1\rb.test -> :2\r', /routes\.txt:1:\d+: error: /],
  [
    'CRLF and a mistake',
    `${good}b.test -> :x\r\n`,
    /routes\.txt:2:11: error: ":x" is no origin\n 2 \| b\.test -> :x\n/,
  ],
  ['no final newline behind a mistake', `${good}b.test -> :x`, /routes\.txt:2:11: error: ":x" is no origin/],
  [
    'bytes that are no UTF-8',
    Buffer.from('a.test -> :1\n\xff\xfe -> :2\n', 'latin1'),
    /routes\.txt: error: it is not UTF-8 text/,
  ],
  ['UTF-16', Buffer.from(`\ufeff${good}`, 'utf16le'), /routes\.txt: error: it is not UTF-8 text/],
  ['a quote that is not closed', `${good}* -> 200 "x\n`, /routes\.txt:2:10: error: the quote is not closed/],
  [
    'an unknown word',
    `${good}b.test -> :2 stripp\n`,
    /routes\.txt:2:14: error: unknown option "stripp"\n[^]*did you mean "strip"\?/,
  ],
  [
    'an option that is given twice',
    `${good}b.test -> :2 strip strip\n`,
    /routes\.txt:2:20: error: "strip" is given twice/,
  ],
  [
    'impossible values',
    `${good}b.test -> :99999 connect=0s weight=0\n`,
    /routes\.txt:2:11: error: [^]*:2:18: error: [^]*:2:29: error: /,
  ],
  ['an escape sequence', '\x1b[31mred\x1b[0m -> :1\n', /routes\.txt:1:1: error: /],
  ['a variable that is open', '${ -> :1\n', /routes\.txt:1:1: error: "\$\{" begins no variable/],
] as const) {
  t.test(`routes of ${what} are refused with a place, whoever reads them`, async (t) => {
    await refused(t, routesIn(t, { 'routes.txt': content }), wanted)
  })
}

t.test(
  'a byte order mark, CRLF, no final newline and what stands in comments are all the same',
  async (t) => {
    const file = routesIn(t, {
      'routes.txt': `\ufeff${good.replace('\n', '\r\n')}# \0 \x1b \u2028\r\nb.test -> :2`,
    })
    const { code, printed } = await run(t, ['check', '--routes', file])
    t.equal(code, 0, printed)
  },
)

for (const [what, value, wanted] of [
  ['nothing', '', /routes\.txt:1:1: error: the match is empty/],
  ['a blank', ' ', /routes\.txt:1:1: error: /],
  ['an arrow', 'a.test -> :2', /routes\.txt:1:1: error: /],
  ['a quote', '"', /routes\.txt:1:1: error: /],
  ['a line', 'a.test -> :2\n* -> :3', /routes\.txt:1:1: error: /],
  ['a comment', '#', /routes\.txt:1:1: error: /],
  ['another variable', '${RAILS_B}', /routes\.txt:1:1: error: /],
] as const) {
  t.test(`a variable whose value is ${what} adds no token and no line`, async (t) => {
    const file = routesIn(t, { 'routes.txt': '${RAILS_A} -> :1\n' })
    await refused(t, file, wanted, { RAILS_A: value, RAILS_B: 'b.test' })
  })
}

/** Files that include each other in a row: routes.txt the first of them, so that it goes `depth` deep. */
function chain(depth: number): Record<string, string> {
  const name = (i: number): string => (i === 0 ? 'routes.txt' : `part-${i}.txt`)
  const files = Array.from({ length: depth }, (_, i) => [name(i), `include ${name(i + 1)}\n`])
  return { ...(Object.fromEntries(files) as Record<string, string>), [name(depth)]: good }
}

t.test('includes go eight files deep, and not nine', async (t) => {
  const { code, printed } = await run(t, ['check', '--routes', routesIn(t, chain(8))])
  t.equal(code, 0, printed)
  await refused(t, routesIn(t, chain(9)), /part-8\.txt:1:9: error: includes go 8 files deep at most/)
})

for (const [what, files, wanted] of [
  [
    'itself',
    { 'routes.txt': `include routes.txt\n${good}` },
    /routes\.txt:1:9: error: .*would include itself/,
  ],
  [
    'what includes it',
    { 'routes.txt': 'include x/b.txt\n', 'x/b.txt': `include ../routes.txt\n${good}` },
    /b\.txt:1:9: error: .*would include itself/,
  ],
  [
    'the same file twice',
    { 'routes.txt': 'include b.txt\ninclude ./b.txt\n', 'b.txt': good },
    /routes\.txt:2:9: error: .*read already/,
  ],
  [
    'a file that is not there',
    { 'routes.txt': `include b.txt\n${good}` },
    /routes\.txt:1:9: error: .*there is no such file/,
  ],
  [
    'a folder',
    { 'routes.txt': `include x\n${good}`, 'x/y.txt': '' },
    /routes\.txt:1:9: error: .*it is a folder/,
  ],
  [
    'bytes that are no UTF-8',
    { 'routes.txt': `include b.txt\n${good}`, 'b.txt': Buffer.from([0xff]) },
    /routes\.txt:1:9: error: .*not UTF-8/,
  ],
  [
    'a device without end',
    { 'routes.txt': `include /dev/zero\n${good}` },
    /routes\.txt:1:9: error: .*it is no plain file/,
  ],
  ['a name with NUL', { 'routes.txt': `include "a\0b"\n${good}` }, /routes\.txt:1:9: error: /],
  [
    'a very long name',
    { 'routes.txt': `include ${'a/'.repeat(100_000)}b\n${good}` },
    /routes\.txt:1:9: error: /,
  ],
] as const) {
  t.test(`an include of ${what} is refused with its place`, async (t) => {
    await refused(t, routesIn(t, files), wanted)
  })
}

t.test('an include of a pipe that nobody writes to is refused, and waits for nothing', async (t) => {
  const file = routesIn(t, { 'routes.txt': `include pipe\n${good}` })
  t.equal(spawnSync('mkfifo', [join(file, '..', 'pipe')]).status, 0)
  await refused(t, file, /routes\.txt:1:9: error: .*it is no plain file/)
})

t.test('a symbolic link to itself is refused', async (t) => {
  const file = routesIn(t, { 'routes.txt': `include loop.txt\n${good}` })
  symlinkSync('loop.txt', join(file, '..', 'loop.txt'))
  await refused(t, file, /routes\.txt:1:9: error: .*lead to themselves/)
})

t.test('a file that may not be read is refused, but for root', async (t) => {
  const file = routesIn(t, { 'routes.txt': `include b.txt\n`, 'b.txt': good })
  chmodSync(join(file, '..', 'b.txt'), 0)
  if (process.getuid?.() === 0) t.equal((await run(t, ['check', '--routes', file])).code, 0)
  else await refused(t, file, /routes\.txt:1:9: error: .*it may not be read/)
})

for (const [what, make] of [
  ['a device without end', () => '/dev/zero'],
  ['a folder', (t: Test) => t.testdir()],
  ['a file that is not there', (t: Test) => join(t.testdir(), 'none.txt')],
  ['a file in what is no folder', (t: Test) => join(routesIn(t, { 'routes.txt': good }), 'x')],
] as const) {
  t.test(`--routes with ${what} is refused`, async (t) => {
    await refused(t, make(t), /: error: /)
  })
}

t.test('--routes with a pipe that nobody writes to is refused, and waits for nothing', async (t) => {
  const pipe = join(t.testdir(), 'pipe')
  t.equal(spawnSync('mkfifo', [pipe]).status, 0)
  await refused(t, pipe, /pipe: error: /)
})

/** With the bytes of the file itself, which are outside the heap, less than a gigabyte. */
const heapMegabytes = 900

/** As many of `line` as a routes file may have, and a little more. */
function large(line: string): string {
  return line.repeat((maxRoutesFileBytes - 100) / line.length)
}

/** Different lines, as many as a routes file may have. */
function largeOf(line: (i: number) => string): string {
  const lines: string[] = []
  for (let i = 0, left = maxRoutesFileBytes - 100; left > 0; i++) {
    lines.push(line(i))
    left -= (lines.at(-1) as string).length
  }
  return lines.slice(0, -1).join('')
}

for (const [what, content, wanted] of [
  ['one line', () => large('a'), /routes\.txt:1:1: error: /],
  ['one path', () => `${large('/a')} -> :1`, /routes\.txt:1:1: error: /],
  ['one quoted token', () => `* -> 200 "${large('a')}"`, /routes\.txt:1:\d+: error: /],
  ['variables that are open', () => large('${'), /routes\.txt:1:1: error: /],
  ['NULs', () => large('\0'), /routes\.txt:1:1: error: /],
  ['blank lines', () => large('\n'), /routes\.txt: error: there is no route in it/],
  ['mistakes', () => large('x\n'), /routes\.txt:1:1: error: [^]*more than 1000 mistakes/],
  ['lines that continue nothing', () => large(' x\n'), /:1:2: error: [^]*more than 1000 mistakes/],
  ['quotes that are not closed', () => large('"\n'), /:1:1: error: [^]*more than 1000 mistakes/],
  ['words on one line', () => `* -> :1 ${large('stripp ')}`, /routes\.txt:1:\d+: error: /],
  [
    'routes',
    () => largeOf((i) => `h${i} -> :1\n`),
    /routes\.txt:\d+:1: error: there are more than \d+ routes/,
  ],
  [
    'tests that fail',
    () => `a.test -> :1 name=a\nb.test -> :2 name=b\n${large('? GET http://a.test/ => b\n')}`,
    /routes\.txt:\d+:\d+: error: [^]*more than 1000 mistakes/,
  ],
] as const) {
  t.test(`a file as large as may be of ${what} is refused with less than a gigabyte`, async (t) => {
    const file = routesIn(t, { 'routes.txt': content() })
    const options = { NODE_OPTIONS: `--max-old-space-size=${heapMegabytes}` }
    const { code, printed } = await run(t, ['check', '--routes', file], options)
    t.equal(code, what === 'tests that fail' ? 1 : 2, printed.slice(0, 2_000))
    t.match(printed, wanted)
    t.notMatch(printed, leaked)
    t.ok(printed.length < 1e6, 'what is printed is for people')
  })
}

t.test('a larger file is refused as such', async (t) => {
  const file = routesIn(t, { 'routes.txt': `${good}${'#'.repeat(maxRoutesFileBytes)}` })
  await refused(t, file, /routes\.txt: error: it is larger than \d+ MiB/)
})

t.test('files that are small, and too large together, are refused', async (t) => {
  const part = `${'# comment\n'.repeat(200_000)}`
  const parts = Array.from({ length: Math.ceil(maxRoutesFileBytes / part.length) }, (_, i) => [
    `part-${i}.txt`,
    part,
  ])
  const file = routesIn(t, {
    ...(Object.fromEntries(parts) as Record<string, string>),
    'routes.txt': `include part-*.txt\n${good}`,
  })
  await refused(t, file, /routes\.txt:1:9: error: .*too large/)
})

for (const [what, text] of [
  [
    'in which each holds the one before twice',
    Array.from({ length: 60 }, (_, i) => `set A${i + 1}=\${A${i}}\${A${i}}`).join('\n'),
  ],
  ['of many values, all of them long', `set B=${'b'.repeat(60_000)}\n${'${B} -> :1\n'.repeat(20_000)}`],
] as const) {
  t.test(`variables ${what} are refused, and take no more memory than others`, async (t) => {
    const file = routesIn(t, { 'routes.txt': `set A0=aaaaaaaaaaaaaaaa\n${text}\n${good}` })
    await refused(t, file, /routes\.txt:\d+:\d+: error: /, {
      NODE_OPTIONS: `--max-old-space-size=${heapMegabytes}`,
    })
  })
}
