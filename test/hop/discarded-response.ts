import t from 'tap'
import { responseHead } from '../../fixtures/heads.js'
import { limitsWith } from '../../lib/core/limits.js'
import { DiscardedResponse } from '../../lib/hop/discarded-response.js'

const limits = limitsWith()

t.test('a response that nobody waits for is done with the read in which it is whole, and no earlier', (t) => {
  const done: number[] = []
  const rest = new DiscardedResponse('HEAD', undefined, limits, (ms) => done.push(ms))
  t.strictSame([rest.method, rest.full], ['HEAD', false])
  rest.parsed(responseHead('HTTP/1.1 200 OK', ['Content-Length: 2']))
  rest.passthrough()
  rest.readComplete()
  t.strictSame(done, [])
  rest.messageComplete()
  t.strictSame(done, [])
  rest.linkDrained()
  rest.readComplete()
  t.strictSame(done, [4_000])
  t.end()
})

for (const [what, lines, ms] of [
  ['of HTTP/1.1', ['Content-Length: 0'], 4_000],
  ['that announces the close', ['Connection: close', 'Content-Length: 0'], 0],
] as const) {
  t.test(
    `a response ${what} says the same of its connection whether its head comes before or after the client goes`,
    (t) => {
      const done: number[] = []
      const tell = (keepMs: number): void => void done.push(keepMs)
      const before = new DiscardedResponse('GET', responseHead('HTTP/1.1 200 OK', lines), limits, tell)
      const after = new DiscardedResponse('GET', undefined, limits, tell)
      after.parsed(responseHead('HTTP/1.1 200 OK', lines))
      for (const rest of [before, after]) {
        rest.messageComplete()
        rest.readComplete()
        rest.linkFailed()
      }
      t.strictSame(done, [ms, ms])
      t.end()
    },
  )
}

t.test('an interim response says nothing of the connection', (t) => {
  const done: number[] = []
  const rest = new DiscardedResponse('GET', undefined, limits, (ms) => done.push(ms))
  rest.parsed(responseHead('HTTP/1.1 103 Early Hints'))
  rest.linkFailed()
  rest.messageComplete()
  rest.readComplete()
  t.strictSame(done, [0])
  t.end()
})
