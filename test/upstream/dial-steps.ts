import type { Socket } from 'node:net'
import t from 'tap'
import { DialSteps } from '../../lib/upstream/dial-steps.js'

const socket = {} as Socket

t.test('each step is timed from the end of the one before, and what is not done has no time', (t) => {
  let now = 1_000
  t.intercept(performance, 'now', { value: () => now })
  const steps = new DialSteps()
  t.match(steps, { begun: 1_000, ended: 0, nameSeconds: undefined, tcpSeconds: undefined })
  now += 50
  steps.resolved()
  now += 7
  steps.connected(socket)
  now += 20
  steps.secured(socket)
  now += 1
  steps.end()
  const { nameSeconds, tcpSeconds, tlsSeconds, ended } = steps
  t.strictSame([nameSeconds, tcpSeconds, tlsSeconds, ended], [0.05, 0.007, 0.02, 1_078])
  t.match(steps, { nameMs: 50, tcpMs: 7, tlsMs: 20 })
  t.end()
})
