import t from 'tap'
import { phases, sides, timings } from '../../lib/core/phases.js'

t.test('the phases of a connection have one order', (t) => {
  t.strictSame(phases, ['accept', 'parse', 'route', 'forward', 'relay'])
  t.strictSame(sides, ['downstream', 'upstream', 'gateway'])
  t.end()
})

t.test('every timing begins in a phase, in the order of the phases, and is described', (t) => {
  t.strictSame(Object.keys(timings), ['parse', 'route', 'dial', 'body', 'wait', 'relay'])
  let last = 0
  for (const [name, { phase, text }] of Object.entries(timings)) {
    const at = phases.indexOf(phase)
    t.ok(at >= last, `${name} does not begin before the one above it`)
    t.match(text, /^\S.*\S$/, `${name} has a text`)
    last = at
  }
  t.end()
})
