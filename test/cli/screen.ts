import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { FakeProcess, FakeScreen } from '../../fixtures/fake-screen.js'
import { Screen } from '../../lib/cli/screen.js'

function bench() {
  const [terminal, process] = [new FakeScreen(), new FakeProcess()]
  const drawn = { times: 0 }
  const screen = new Screen(terminal, () => drawn.times++, process)
  return { terminal, process, screen, drawn }
}

const enter = '\x1b[?1049h\x1b[?25l'
const leave = '\x1b[?25h\x1b[?1049l'

t.test('it takes the alternate screen, and gives it back once', (t) => {
  const { terminal, process, screen } = bench()
  screen.draw(['too early'])
  t.equal(terminal.taken(), '')
  screen.open()
  t.equal(terminal.taken(), enter)
  screen.close()
  screen.close()
  screen.draw(['too late'])
  t.equal(terminal.taken(), leave)
  t.strictSame([terminal.eventNames(), process.eventNames()], [[], []], 'nothing listens any more')
  t.end()
})

t.test('a page is written from the upper left corner, and what was there before goes', (t) => {
  const { terminal, screen } = bench()
  screen.open()
  terminal.taken()
  screen.draw(['one', 'two'])
  t.equal(terminal.taken(), '\x1b[Hone\x1b[K\r\ntwo\x1b[K\x1b[J')
  screen.close()
  t.end()
})

t.test('a terminal that is too slow gets no more pages until it has read', (t) => {
  const { terminal, screen } = bench()
  screen.open()
  terminal.taken()
  terminal.writableLength = 64 * 1024 + 1
  screen.draw(['one'])
  t.equal(terminal.taken(), '')
  terminal.writableLength = 0
  screen.draw(['one'])
  t.match(terminal.taken(), 'one')
  screen.close()
  t.end()
})

t.test('another size draws anew', (t) => {
  const { terminal, screen, drawn } = bench()
  screen.open()
  terminal.columns = 40
  terminal.emit('resize')
  t.strictSame([drawn.times, screen.columns, screen.rows], [2, 40, 24])
  screen.close()
  t.end()
})

t.test('who stops the process has the terminal as it was, until it goes on', async (t) => {
  const { terminal, process, screen, drawn } = bench()
  screen.open()
  terminal.taken()
  process.emit('SIGTSTP')
  t.strictSame([terminal.taken(), process.raised, process.listenerCount('SIGTSTP')], [leave, ['SIGTSTP'], 0])
  screen.draw(['nothing'])
  t.equal(terminal.taken(), '')
  const before = drawn.times
  await turn()
  t.strictSame([terminal.taken(), drawn.times], [enter, before + 1])
  t.equal(process.listenerCount('SIGTSTP'), 1, 'and so the next time')
  process.emit('SIGTSTP')
  screen.close()
  terminal.taken()
  await turn()
  t.equal(terminal.taken(), '', 'nothing once it is closed')
})

t.test('in the background it leaves the terminal alone until that is its own again', async (t) => {
  const { terminal, process, screen } = bench()
  process.foreground = false
  terminal.isTTY = true
  screen.open()
  screen.draw(['one'])
  t.equal(terminal.taken(), '')
  process.foreground = true
  while (terminal.text === '') await turn()
  t.equal(terminal.taken(), enter)
  screen.close()
})

t.test('a process that is told to quit gives the terminal back, and quits', (t) => {
  const { terminal, process, screen } = bench()
  screen.open()
  terminal.taken()
  process.emit('SIGQUIT')
  t.strictSame([terminal.taken(), process.raised], [leave, ['SIGQUIT']])
  t.end()
})

t.test('a terminal that does not tell its size is taken for a usual one', (t) => {
  const { terminal, screen } = bench()
  terminal.columns = terminal.rows = 0
  t.strictSame([screen.columns, screen.rows], [80, 24])
  t.end()
})

t.test('a process that ends gives the terminal back', (t) => {
  const { terminal, process, screen } = bench()
  screen.open()
  terminal.taken()
  process.emit('exit')
  t.equal(terminal.taken(), leave)
  screen.close()
  t.equal(terminal.taken(), '')
  t.end()
})
