import { join } from 'node:path'
import t from 'tap'
import { FakeTerminal } from '../../fixtures/routes/fake-terminal.js'
import { commandTable } from '../../lib/cli/command-table.js'
import { answerCompletion } from '../../lib/cli/completion-answer.js'

async function answer(
  argv: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<readonly string[]> {
  const terminal = Object.assign(new FakeTerminal(), { environment })
  const code = await answerCompletion(argv, commandTable, terminal)
  if (code !== 0 || terminal.errors !== '') throw new Error(`it ended with ${code}: ${terminal.errors}`)
  return terminal.output.split('\n').slice(0, -1)
}

/** What bash gets for a line, where it would replace `replaced`. */
async function bash(
  line: string,
  replaced: string,
  environment?: NodeJS.ProcessEnv,
): Promise<readonly string[]> {
  return answer(['bash', '--', replaced, line], environment)
}

for (const shell of ['zsh', 'fish']) {
  t.test(`${shell} gets the words that begin as the one at the cursor does`, async (t) => {
    t.strictSame(await answer([shell, '--', '']), ['words', ...Object.keys(commandTable)])
    t.strictSame(await answer([shell, '--', 'ex']), ['words', 'explain'])
    t.strictSame(await answer([shell, '--', 'serve', '--log', 'j']), ['words', 'json'])
    t.strictSame(await answer([shell, '--', 'serve', '--log=j']), ['words', '--log=json'])
    t.strictSame(await answer([shell, '--', 'serve', '--rou']), ['words', '--routes', '--route'])
    t.strictSame(await answer([shell, '--', 'fmt', 'x']), ['files'])
    t.strictSame(await answer([shell, '--', 'zzz', 'x']), ['words'])
  })
}

for (const [line, replaced, lines] of [
  ['railscale ', '', ['words', ...Object.keys(commandTable)]],
  ['railscale ex', 'ex', ['words', 'explain']],
  ['railscale  serve\t--log ', '', ['words', 'pretty', 'json', 'live', 'off']],
  ['railscale serve --log=j', 'j', ['words', 'json']],
  ['railscale serve --log=', '=', ['words', '=pretty', '=json', '=live', '=off']],
  ['railscale serve --log=j', '--log=j', ['words', '--log=json']],
  ['railscale serve --log "j', 'j', ['words', 'json']],
  ['railscale serve --log "j', '"j', ['words', '"json']],
  ["railscale serve --log 'j", 'j', ['words', 'json']],
  ['railscale serve --log j', 'x', ['words']],
  ['railscale serve --log x"j', 'j', ['words']],
  ['railscale fmt "a b', 'a b', ['files']],
] as const) {
  t.test(`bash gets what stands instead of "${replaced}" in "${line}"`, async (t) => {
    t.strictSame(await bash(line, replaced), lines)
  })
}

t.test(
  'for explain there are names and URLs of the routes that the command line and the environment name',
  async (t) => {
    const folder = t.testdir({ r: 'a.test/x -> :1 name=web', 'my routes': 'GET b.test/$(x) -> :1' })
    const file = join(folder, 'r')
    const all = ['words', 'web', 'http://a.test/x']
    t.strictSame(await answer(['zsh', '--', 'explain', '--routes', file, '']), all)
    t.strictSame(await answer(['zsh', '--', 'explain', ''], { RAILSCALE_ROUTES: file }), all)
    t.strictSame(await answer(['zsh', '--', 'explain', '--routes', '~/r', ''], { HOME: folder }), all)
    t.strictSame(await answer(['zsh', '--', 'explain', '--route', '* -> :1 name=r', '']), [
      'words',
      'r',
      'http://localhost/',
    ])
    t.strictSame(await bash(`railscale explain --routes=${file} http:/`, '/'), ['words', '//a.test/x'])
    const quoted = `railscale explain --routes "${folder}/my routes" GET\\ b`
    t.strictSame(await bash(quoted, 'GET\\ b'), ['words', 'GET\\ b.test/\\$\\(x\\)'])
    t.strictSame(await answer(['zsh', '--', 'explain', '--routes', `${folder}/my routes`, 'G']), [
      'words',
      'GET b.test/$(x)',
    ])
    t.strictSame(await answer(['fish', '--', 'explain', '--routes', `${folder}/my routes`, 'GET\\ ']), [
      'words',
      'GET b.test/$(x)',
    ])
  },
)

t.test('where something is wrong there is no answer, and no message', async (t) => {
  for (const argv of [[], ['bash'], ['csh', '--', ''], ['bash', '--']]) {
    t.notOk((await answer(argv)).includes('files'), argv.join(' '))
  }
  t.strictSame(await answer(['csh', '--', 'ex']), [])
  t.strictSame(await answer(['zsh', '--', 'explain', '--routes', '/none', '']), ['words'])
  t.strictSame(await answer(['zsh', '--', 'explain', '--routes', '\0', '']), ['words'])
})
