import t from 'tap'
import { exchangeRecord } from '../../fixtures/exchange-record.js'
import { FakeTerminal } from '../../fixtures/routes/fake-terminal.js'
import { openLog } from '../../lib/cli/log.js'

const record = exchangeRecord({ path: '/x' })

for (const [form, terminal, line] of [
  [undefined, {}, ''],
  [undefined, { interactive: true }, /^200 GET {2}a\.test\/x /],
  ['off', { interactive: true }, ''],
  ['json', {}, /^\{"time":"[^"]+","method":"GET",/],
  ['json', { interactive: true, colours: true }, /^\{"time":"[^"]+","method":"GET",/],
  ['pretty', {}, /^200 GET {2}a\.test\/x /],
  ['pretty', { interactive: true, colours: true }, '\x1b[32m200\x1b[39m GET  a.test/x '],
] as const) {
  const where = JSON.stringify(terminal)
  t.test(
    `the log ${form ?? 'by default'} on a terminal ${where} is ${line === '' ? 'none' : 'such'}`,
    async (t) => {
      const fake = Object.assign(new FakeTerminal(), terminal)
      const log = await openLog(form, fake)
      t.equal(log === undefined, line === '')
      log?.write(record)
      t.equal(fake.errors, '', 'not before the turn of the event loop ends')
      log?.flush()
      t.match(fake.errors, line)
      t.equal(fake.errors.split('\n').length, line === '' ? 1 : 2)
      t.equal(fake.output, '')
    },
  )
}
