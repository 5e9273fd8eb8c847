import t from 'tap'
import { exchangeRecord, intervals } from '../../fixtures/exchange-record.js'
import { FakeProcess, FakeScreen } from '../../fixtures/fake-screen.js'
import { LiveView, type ViewedGateway } from '../../lib/cli/live-view.js'
import { plain } from '../../lib/cli/paint.js'

const exchange = {
  ...{ client: '127.0.0.1', method: 'GET', host: 'a', path: '/', route: 'api', origin: 'a:1' },
  phase: 'relay',
  seconds: 1,
} as const
const gateway: ViewedGateway = {
  urls: ['http://127.0.0.1:8080'],
  exchanges: [
    { ...exchange, tunnel: true },
    { ...exchange, tunnel: false },
  ],
}

function bench() {
  const terminal = new FakeScreen()
  const view = new LiveView(terminal, plain, '1.2.3', new FakeProcess())
  return { terminal, view }
}

t.test('before it is open what is said stands on the terminal itself', (t) => {
  const { terminal, view } = bench()
  view.write(exchangeRecord())
  view.tell('something\n')
  t.equal(terminal.taken(), 'something\n')
  view.close()
  t.equal(terminal.taken(), '')
  t.end()
})

t.test('once open it shows the gateway, and draws anew by itself and for another size', async (t) => {
  const { terminal, view } = bench()
  view.open(gateway)
  t.match(
    terminal.taken(),
    /railscale 1\.2\.3 {2}http:\/\/127\.0\.0\.1:8080[^]*2 in flight {3}1 tunnel {3}0 in all/,
  )
  view.write(exchangeRecord({ path: '/slow', timings: intervals({ total: 2, wait: 2 }) }))
  while (!terminal.text.includes('1 in all')) await new Promise((resolve) => setImmediate(resolve))
  t.match(terminal.taken(), /2000 ms 200 GET a\.test\/slow -> api {2}wait 2000/)
  terminal.columns = 41
  terminal.emit('resize')
  for (const line of terminal.taken().replace('\x1b[H', '').split('\x1b[K')) t.ok(line.trim().length <= 40)
  view.close()
})

t.test('what is said meanwhile is on the page, and on the terminal once that is given back', (t) => {
  const { terminal, view } = bench()
  view.open(gateway)
  terminal.taken()
  view.tell('routes reloaded\nthere is more\n')
  t.match(terminal.taken(), /routes reloaded[^]*there is more/)
  view.close()
  t.ok(terminal.taken().endsWith('\x1b[?1049lroutes reloaded\nthere is more\n'))
  view.tell('after it\n')
  t.equal(terminal.taken(), 'after it\n')
  t.end()
})
