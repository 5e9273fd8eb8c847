import t from 'tap'
import { reportOf } from '../../fixtures/check-reports.js'
import { FakeTerminal } from '../../fixtures/routes/fake-terminal.js'
import { checkForms, formatReport, type CheckForm } from '../../lib/cli/check-format.js'
import { checkOptions } from '../../lib/cli/option-table.js'

const report = reportOf('a.test -> :1')

for (const [form, start] of [
  ['pretty', 'routes.txt: 1 route: fine'],
  ['json', '{"ok":true,'],
  ['github', 'routes.txt: 1 route: fine'],
] as const) {
  t.test(`a report is written as ${form}`, async (t) => {
    const text = await formatReport(report, form, new FakeTerminal())
    t.equal(text.slice(0, start.length), start)
    t.equal(text.indexOf('\n'), text.length - 1)
  })
}

t.test('only people are shown colours, and only where there are any', async (t) => {
  const stdout = Object.assign(new FakeTerminal().stdout, { isTTY: true })
  const hasColours = async (form: CheckForm, colours: boolean): Promise<boolean> =>
    (await formatReport(report, form, { colours, stdout })).includes('\x1b[')
  t.equal(await hasColours('pretty', true), true)
  t.equal(await hasColours('pretty', false), false)
  t.equal(await hasColours('json', true), false)
  t.equal(await hasColours('github', true), false)
  stdout.isTTY = false
  t.equal(await hasColours('pretty', true), false, 'nor does a file have any')
})

t.test('the forms are those of the table of options', (t) => {
  t.strictSame(checkForms, checkOptions.format.choices)
  t.end()
})
