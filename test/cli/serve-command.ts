import t from 'tap'
import { FakeTerminal } from '../../fixtures/routes/fake-terminal.js'
import { CommandError } from '../../lib/cli/exit-codes.js'
import { GivenOptions } from '../../lib/cli/given-options.js'
import { serveOptions } from '../../lib/cli/option-table.js'
import { serveGiven } from '../../lib/cli/serve-command.js'

const route = '* -> :3000'

t.test('it serves with the options it was given, until it is signalled', async (t) => {
  const terminal = new FakeTerminal()
  const given = new GivenOptions(serveOptions, { route }, { RAILSCALE_LISTEN: '127.0.0.1:0' })
  const ended = serveGiven(given, [], terminal)
  await terminal.until(() => terminal.output.includes('1 route\n'))
  t.match(terminal.output, /^listening on http:\/\/127\.0\.0\.1:\d+\n/)
  terminal.signal()
  t.equal(await ended, 0)
})

t.test('an option that is wrong is told before anything listens', async (t) => {
  const terminal = new FakeTerminal()
  const given = new GivenOptions(serveOptions, { route, listen: 'here' }, {})
  await t.rejects(serveGiven(given, [], terminal), new CommandError(2, '--listen: "here" is no address'))
  t.equal(terminal.output, '')
})
