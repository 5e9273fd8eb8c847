import t from 'tap'
import { FakeTerminal, run } from '../../fixtures/routes/fake-terminal.js'
import { metricsGiven } from '../../lib/cli/metrics-command.js'
import { metricsDescription } from '../../lib/cli/metrics-description.js'
import { CommandError } from '../../lib/cli/exit-codes.js'
import { GivenOptions } from '../../lib/cli/given-options.js'
import { metricsOptions } from '../../lib/cli/option-table.js'

t.test('it prints the table of metrics', async (t) => {
  const described = { code: 0, output: metricsDescription(), errors: '' }
  t.strictSame(await run(['metrics', '--describe']), described)
  t.strictSame(await run(['metrics'], { environment: { RAILSCALE_DESCRIBE: '1' } }), described)
})

t.test('without --describe it says what there is', async (t) => {
  const terminal = new FakeTerminal()
  await t.rejects(
    metricsGiven(new GivenOptions(metricsOptions, {}, {}), [], terminal),
    new CommandError(
      2,
      'railscale: metrics --describe prints the table of metrics; the metrics themselves are served by serve --metrics',
    ),
  )
  t.equal(terminal.output, '')
  t.match(await run(['metrics', '--describ']), { code: 2, errors: /did you mean "describe"\?/ })
})
