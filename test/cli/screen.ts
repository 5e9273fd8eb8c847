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
  t.strictSame([drawn.times, screen.columns, screen.rows], [1, 40, 24])
  screen.close()
  t.end()
})

t.test('who stops the process has the terminal as it was, until it goes on', (t) => {
  const { terminal, process, screen, drawn } = bench()
  screen.open()
  terminal.taken()
  process.emit('SIGTSTP')
  t.strictSame([terminal.taken(), process.stops], [leave, 1])
  process.emit('SIGCONT')
  t.strictSame([terminal.taken(), drawn.times], [enter, 1])
  screen.close()
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
