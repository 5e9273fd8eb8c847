import t from 'tap'
import { limitsWith } from '../../lib/core/limits.js'
import { responseParser } from '../../lib/parse/frame-parser.js'
import { HeadSpans } from '../../lib/parse/head-spans.js'
import { responseGrammar } from '../../lib/parse/response-grammar.js'
import { EventSink, eventsOf } from '../../fixtures/parser-events.js'
import { fieldsOf } from '../../fixtures/heads.js'

const grammar = responseGrammar(limitsWith(), () => 'HEAD')

t.test('a whole head becomes a ResponseHead that knows what it answers', (t) => {
  const head = grammar.head(fieldsOf(['Content-Length: 5'], 'HTTP/1.1 200 OK'), new HeadSpans())
  t.match(head, { status: 200, framing: { kind: 'none' } })
  t.end()
})

t.test('offences against framing fields have their own name', (t) => {
  for (const [result, code] of [
    [4, 'RESPONSE_FRAMING'],
    [11, 'RESPONSE_FRAMING'],
    [15, 'RESPONSE_FRAMING'],
    [8, 'RESPONSE_MALFORMED'],
    [10, 'RESPONSE_MALFORMED'],
    [0, 'RESPONSE_MALFORMED'],
  ] as const) {
    t.match(grammar.refusal(result, 'why', '', 0), { code, detail: 'why' }, String(result))
  }
  t.end()
})

t.test('a status line has no bound of its own', (t) => {
  t.doesNotThrow(() => grammar.checkStartLine(`HTTP/1.1 200 ${'x'.repeat(60_000)}`))
  t.end()
})

t.test('each response is asked anew which method it answers', (t) => {
  const methods = ['HEAD', 'GET', 'HEAD']
  const sink = new EventSink()
  const parser = responseParser(limitsWith(), () => methods.shift() ?? '', sink)
  const head = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n'
  const events = eventsOf(parser, sink, [Buffer.from(`${head}${head}ok${head}`)], true)
  t.strictSame(
    events.filter((event) => /^(framing|passthrough|error)/.test(event)),
    ['framing none', 'framing length 2', 'passthrough ok', 'framing none'],
  )
  t.end()
})
