import { spawnSync } from 'node:child_process'
import { chmodSync, readdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import t, { type Test } from 'tap'
import { commandTable } from '../../lib/cli/command-table.js'
import { serveOptions } from '../../lib/cli/option-table.js'

/** A folder to work in, with the routes, and beside it one with `railscale` as npm would install it. */
function install(
  t: Test,
  files: Readonly<Record<string, string>>,
): { readonly bin: string; readonly here: string } {
  const folder = t.testdir({ bin: {}, here: files })
  const [bin, here] = [join(folder, 'bin'), join(folder, 'here')]
  const program = join(bin, 'railscale')
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${resolve('bin/railscale.js')}" "$@"\n`)
  chmodSync(program, 0o755)
  return { bin, here }
}

/** Asks bash, as readline would, what fits at the end of `line`, where it would replace `replaced`. */
const question = `
eval "$(railscale completion bash)" || exit
COMP_LINE=$1 COMP_POINT=\${#1}
"$(complete -p railscale | sed 's/.* -F \\([^ ]*\\) .*/\\1/')" railscale "$2" ''
printf '%s\\0' "\${COMPREPLY[@]}"
`

function bash(folders: ReturnType<typeof install>, script: string, args: readonly string[]): string {
  const env = {
    ...process.env,
    NODE_OPTIONS: undefined,
    RAILSCALE_ROUTES: undefined,
    PATH: `${folders.bin}:${process.env['PATH'] ?? ''}`,
  }
  const options = { encoding: 'utf8', cwd: folders.here, env } as const
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-c', script, 'bash', ...args], options)
  if (status !== 0 || stderr !== '') throw new Error(`it ended with ${status}: ${stderr}`)
  return stdout
}

function offered(folders: ReturnType<typeof install>, line: string, replaced: string): string[] {
  return bash(folders, question, [line, replaced]).split('\0').slice(0, -1)
}

t.test('commands, options and values are completed', (t) => {
  const folders = install(t, {})
  t.strictSame(offered(folders, 'railscale ', ''), Object.keys(commandTable))
  const options = offered(folders, 'railscale serve --', '--')
  for (const name of Object.keys(serveOptions)) t.ok(options.includes(`--${name}`), name)
  t.strictSame(offered(folders, 'railscale check --format=j', 'j'), ['json'])
  t.strictSame(offered(folders, 'railscale completion ', ''), ['bash', 'zsh', 'fish'])
  t.end()
})

t.test('for explain, names and URLs of the routes of this folder are', (t) => {
  const folders = install(t, {
    'routes.txt': 'a.test/api -> :1 name=api\nbroken\n',
    other: 'b.test -> :1 name=b',
  })
  t.strictSame(offered(folders, 'railscale explain ', ''), ['api', 'http://a.test/api'])
  t.strictSame(offered(folders, 'railscale explain http://a', '//a'), ['//a.test/api'])
  t.strictSame(offered(folders, 'railscale explain --routes other ', ''), ['b', 'http://b.test/'])
  t.end()
})

/** Where a shell would do something if it took them for more than text. */
const attacks = [
  '$(touch pwned)',
  '`touch pwned`',
  '; touch pwned;',
  '| touch pwned',
  '> pwned',
  '\n touch pwned\n',
  '* ? [a]',
]

t.test('what a routes file says is never done, neither when it is offered nor when it is entered', (t) => {
  const quoted = attacks.map((text) => text.replaceAll('"', '\\"').replaceAll('\n', '\\n'))
  const routes = quoted.map((text, i) => `a.test/${i} "header:A=${text}" -> :1`)
  const paths = ['b.test/$(touch -> :1', "b.test/'$(pwned)' -> :1", 'b.test/!!~&$! -> :1']
  const folders = install(t, { 'routes.txt': [...routes, ...paths].join('\n') })
  for (const [line, replaced, quote] of [
    ['railscale explain ', '', ''],
    ['railscale explain "', '', '"'],
    ["railscale explain '", '', "'"],
  ] as const) {
    const words = offered(folders, line, replaced)
    t.ok(words.length > 4, `${words.length} behind ${line}`)
    for (const word of words) {
      const entered = bash(folders, `printf '%s' ${quote}${word}${quote}`, [])
      t.match(entered, /^(?:a\.test\/\d header:A=|http:\/\/[ab]\.test\/|b\.test\/)/, word)
    }
  }
  t.strictSame(readdirSync(folders.here), ['routes.txt'])
  t.end()
})
