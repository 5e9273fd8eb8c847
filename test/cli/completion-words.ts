import t from 'tap'
import { commandTable } from '../../lib/cli/command-table.js'
import { fittingWords, type Fitting } from '../../lib/cli/completion-words.js'
import { explainOptions, fmtOptions, serveOptions } from '../../lib/cli/option-table.js'

function fitting(before: string, current = ''): Fitting {
  return fittingWords(
    before.split(' ').filter((word) => word !== ''),
    current,
    commandTable,
  )
}

function flags(...names: string[]): string[] {
  return names.map((name) => `--${name}`)
}

for (const [before, current, words] of [
  ['', '', Object.keys(commandTable)],
  ['', 'x', Object.keys(commandTable)],
  ['', '-', ['--help', '--version']],
  ['serve', '', flags(...Object.keys(serveOptions), 'help')],
  ['serve', '-', flags(...Object.keys(serveOptions), 'help')],
  ['serve --', '-', []],
  ['serve x', '', []],
  ['serve --log', '', ['pretty', 'json', 'live', 'off']],
  ['serve --log', 'j', ['pretty', 'json', 'live', 'off']],
  ['serve', '--log=', ['--log=pretty', '--log=json', '--log=live', '--log=off']],
  ['serve --watch', '', ['on', 'off']],
  ['serve --listen', '', []],
  ['serve', '--other=', []],
  ['serve', '--constructor=', []],
  ['explain', '-', flags(...Object.keys(explainOptions), 'help')],
  ['explain x', '', []],
  ['fmt', '-', flags(...Object.keys(fmtOptions), 'help')],
  ['metrics', '', flags('describe', 'help')],
  ['completion', '', ['bash', 'zsh', 'fish']],
  ['completion bash', '', []],
  ['nothing', '', ['--help']],
  ['constructor', '', ['--help']],
] as const) {
  t.test(`words that fit behind "railscale ${before}", at "${current}"`, (t) => {
    t.strictSame(fitting(before, current), { kind: 'words', words })
    t.end()
  })
}

for (const [before, current] of [
  ['fmt', ''],
  ['fmt a', 'b'],
  ['fmt --', '-'],
  ['serve --routes', ''],
  ['check', '--routes=x'],
] as const) {
  t.test(`files fit behind "railscale ${before}", at "${current}"`, (t) => {
    t.strictSame(fitting(before, current), { kind: 'files' })
    t.end()
  })
}

t.test('an option that is there is not offered again, unless it may be', (t) => {
  const again = fitting('serve --log json --routes x', '--')
  const words = again.kind === 'words' ? again.words : []
  t.notOk(words.includes('--log'))
  t.ok(words.includes('--routes'))
  t.end()
})

t.test('what explain is asked about hangs on the options that were given', (t) => {
  const found = fitting('explain --routes a --route=b -X PUT', 'ht')
  t.equal(found.kind, 'requests')
  t.strictSame(found.kind === 'requests' && [...found.options], [
    ['routes', ['a']],
    ['route', ['b']],
    ['method', ['PUT']],
  ])
  t.end()
})
