import { spawnSync } from 'node:child_process'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { completedShells, completionScripts, type CompletedShell } from '../../lib/cli/completion-scripts.js'

/** What stands for railscale: it keeps what it was asked, and prints the answer that a test has for it. */
const stand = '#!/bin/sh\nprintf "%s\\n" "$@" >"$STAND/asked"\ncat >"$STAND/input"\ncat "$STAND/answer"\n'

interface Completed {
  /** What bash would offer. */
  readonly offered: readonly string[]
  readonly errors: string
  readonly asked: string
}

/** Has the function of bash complete `line`, where bash would replace `replaced`. */
function completeInBash(t: Test, answer: string, line: string, replaced: string): Completed {
  const folder = t.testdir({ railscale: stand, answer, asked: '', input: '', here: {} })
  chmodSync(join(folder, 'railscale'), 0o755)
  const script = `${completionScripts.bash}
COMP_LINE=$1 COMP_POINT=$2
_railscale_completion railscale "$3" ''
printf '%s\\0' "\${COMPREPLY[@]}"`
  const args = ['--norc', '-c', script, 'bash', line, String(line.length), replaced]
  const env = { ...process.env, STAND: folder, PATH: `${folder}:${process.env['PATH'] ?? ''}` }
  const { stdout, stderr } = spawnSync('bash', args, {
    encoding: 'utf8',
    env,
    cwd: join(folder, 'here'),
    input: 'typed ahead',
  })
  t.equal(readFileSync(join(folder, 'input'), 'utf8'), '', 'it takes nothing of what is typed ahead')
  const offered = stdout.split('\0').slice(0, -1)
  return { offered, errors: stderr, asked: readFileSync(join(folder, 'asked'), 'utf8') }
}

t.test('bash: the command line up to the cursor is asked about, as it is typed', (t) => {
  const line = 'railscale explain --routes "$(touch x)" `y` *'
  t.match(completeInBash(t, 'words\n', line, '*'), { asked: `complete\nbash\n--\n*\n${line}\n`, errors: '' })
  t.end()
})

t.test('bash: what fits is offered as it came, whatever it looks like', (t) => {
  const words = [
    'explain',
    ' a  b ',
    '$(touch pwned)',
    '`touch pwned`',
    '*',
    '~',
    '\\x\\',
    '"',
    "'",
    '-n',
    '',
  ]
  const completed = completeInBash(t, `words\n${words.join('\n')}\n`, 'railscale ', '')
  t.match(completed, { offered: words, errors: '' })
  t.end()
})

t.test('bash: nothing is offered where there are files, no answer, or no railscale', (t) => {
  const nothing = { offered: [''], errors: '' }
  t.match(completeInBash(t, 'files\n', 'railscale fmt ', ''), nothing)
  t.match(completeInBash(t, '', 'railscale fmt ', ''), nothing)
  const { status, stdout, stderr } = spawnSync(
    '/bin/bash',
    [
      '--norc',
      '-c',
      `${completionScripts.bash}\n_railscale_completion railscale '' ''; echo "\${#COMPREPLY[@]}"`,
    ],
    { encoding: 'utf8', env: { PATH: '/none' } },
  )
  t.strictSame({ status, stdout, stderr }, { status: 0, stdout: '0\n', stderr: '' })
  t.end()
})

t.test('bash: words are completed by the function, and files by readline', (t) => {
  const { stdout } = spawnSync('bash', ['--norc', '-c', `${completionScripts.bash}\ncomplete -p railscale`], {
    encoding: 'utf8',
  })
  t.equal(stdout, 'complete -o default -F _railscale_completion railscale\n')
  t.end()
})

const syntaxChecks: Readonly<Record<CompletedShell, readonly string[]>> = {
  bash: ['bash', '-n'],
  zsh: ['zsh', '-n'],
  fish: ['fish', '--no-execute'],
}

for (const shell of completedShells) {
  t.test(`the script of ${shell} is read by it without a word`, (t) => {
    const file = join(t.testdir({}), 'script')
    writeFileSync(file, completionScripts[shell])
    const [program = '', ...args] = syntaxChecks[shell]
    const { error, status, stderr } = spawnSync(program, [...args, file], { encoding: 'utf8' })
    if (error !== undefined) t.comment(`there is no ${shell} on this machine`)
    else t.strictSame({ status, stderr }, { status: 0, stderr: '' })
    t.end()
  })
}

t.test('no script evaluates what it was answered', (t) => {
  for (const shell of completedShells) {
    const code = completionScripts[shell].replace(/^\s*#.*$/gm, '')
    t.match(code, `railscale complete ${shell} -- `)
    t.notMatch(code, /\beval\b|compgen -W|_describe/, shell)
  }
  t.end()
})
