import t from 'tap'
import { exchangeRecord } from '../../fixtures/exchange-record.js'
import { FakeScreen } from '../../fixtures/fake-screen.js'
import { FakeTerminal } from '../../fixtures/routes/fake-terminal.js'
import { LiveLog } from '../../lib/cli/live-log.js'
import type { ExchangeLog } from '../../lib/cli/log.js'

/** A log that writes down what it is told. */
function fileLog(told: unknown[]): ExchangeLog {
  return {
    dropped: 7,
    write: (record) => told.push(record),
    flush: () => told.push('flush'),
    reopen: () => told.push('reopen'),
    began: () => told.push('began'),
    tell: () => told.push('tell'),
    end: () => Promise.resolve(void told.push('end')),
  }
}

async function bench(file?: ExchangeLog) {
  const screen = new FakeScreen()
  const terminal = Object.assign(new FakeTerminal(), { screen })
  const log = await LiveLog.open(terminal)
  log.file = file
  return { screen, log }
}

t.test('what is logged is on the page from the moment that the gateway listens, until the end', async (t) => {
  const { screen, log } = await bench()
  log.write(exchangeRecord({ path: '/first' }))
  log.tell('before\n')
  t.equal(screen.taken(), 'before\n')
  log.began({ urls: ['http://a:1'], exchanges: [] })
  t.match(screen.taken(), /http:\/\/a:1[^]*1 in all[^]*a\.test\/first/)
  log.tell('meanwhile\n')
  t.match(screen.taken(), 'meanwhile')
  log.flush()
  log.reopen()
  t.equal(log.dropped, 0)
  await log.end()
  t.ok(screen.taken().endsWith('meanwhile\n'))
})

t.test('a file beside it has each line, too', async (t) => {
  const told: unknown[] = []
  const { log } = await bench(fileLog(told))
  const record = exchangeRecord()
  log.write(record)
  log.flush()
  log.reopen()
  t.equal(log.dropped, 7)
  await log.end()
  t.strictSame(told, [record, 'flush', 'reopen', 'end'])
})
