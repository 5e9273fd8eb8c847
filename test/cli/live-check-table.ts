import t from 'tap'
import { coloured, coloursIn, liveOrigins, refused } from '../../fixtures/check-reports.js'
import { liveTable } from '../../lib/cli/live-check-table.js'
import { plain } from '../../lib/cli/paint.js'

const text = 'a.test -> :1 -> unix:/run/x.sock'

t.test('columns are aligned, and what was not needed is a dash', (t) => {
  const socket = { address: '/run/x.sock', tcpMs: 10_000 }
  t.strictSame(liveTable(liveOrigins(text, [{ nameMs: 0.04 }, socket]), plain), [
    'origin            address           name         TCP  TLS',
    'localhost:1       127.0.0.1:3000  0.0 ms      0.3 ms    -  answers',
    'unix:/run/x.sock  /run/x.sock          -  10000.0 ms    -  answers',
  ])
  t.end()
})

t.test('the heading is dim, and what does not answer is red', (t) => {
  const [heading = '', first = '', second = ''] = liveTable(liveOrigins(text, [{}, refused]), coloured).map(
    coloursIn,
  )
  t.match(heading, /^<2>origin .*<22>$/)
  t.notMatch(first, /</)
  t.match(second, /^<31>unix.* does not answer<39>$/)
  t.end()
})

t.test('long names are cut in the middle', (t) => {
  const [live] = liveOrigins(`a.test -> ${'a'.repeat(60)}.test:1`, [{}])
  const [heading = '', line = ''] = liveTable(live === undefined ? [] : [live], plain)
  t.match(line, /^a+…a*\.test:1 /)
  t.equal(line.indexOf('127.0.0.1'), heading.indexOf('address'))
  t.end()
})
