import t from 'tap'
import { FakeTerminal } from '../../fixtures/routes/fake-terminal.js'
import { completionGiven } from '../../lib/cli/completion-command.js'
import { completionScripts } from '../../lib/cli/completion-scripts.js'
import { CommandError } from '../../lib/cli/exit-codes.js'
import { GivenOptions } from '../../lib/cli/given-options.js'

async function printed(words: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<string> {
  const terminal = Object.assign(new FakeTerminal(), { environment })
  t.equal(await completionGiven(new GivenOptions({}, {}, environment), words, terminal), 0)
  return terminal.output
}

t.test('it prints the script of the shell that it is given, else of the one that SHELL names', async (t) => {
  const { bash, zsh, fish } = completionScripts
  t.equal(await printed(['zsh']), zsh)
  t.equal(await printed(['fish'], { SHELL: '/bin/bash' }), fish)
  t.equal(await printed([], { SHELL: '/usr/local/bin/zsh' }), zsh)
  t.equal(await printed([], { SHELL: 'fish' }), fish)
  for (const SHELL of ['/bin/sh', '', '/bin/constructor', '/'])
    t.equal(await printed([], { SHELL }), bash, SHELL)
  t.equal(await printed([]), bash)
})

t.test('a shell without one is told', async (t) => {
  await t.rejects(
    printed(['bsh']),
    new CommandError(2, 'railscale: there is no completion for "bsh"; did you mean "bash"?'),
  )
  await t.rejects(
    printed(['sh'], { SHELL: '/bin/zsh' }),
    new CommandError(2, 'railscale: there is no completion for "sh"; did you mean "zsh"?'),
  )
  await t.rejects(
    printed(['toString']),
    new CommandError(2, 'railscale: there is no completion for "toString"; write bash, zsh, fish'),
  )
})
