import { createHash } from 'node:crypto'
import t from 'tap'
import type { HeadSpans } from '../../lib/parse/head-spans.js'

// The module's memory is looked at from outside: the binding itself shows nobody its instance.
const instances: WebAssembly.Instance[] = []
Reflect.set(
  WebAssembly,
  'Instance',
  class extends WebAssembly.Instance {
    constructor(module: WebAssembly.Module, imports: Record<string, Record<string, unknown>>) {
      super(module, imports)
      instances.push(this)
    }
  },
)
const llhttp = await import('../../lib/parse/llhttp.js')
const { HeadSpans: Spans } = await import('../../lib/parse/head-spans.js')
const { execute, freeStates, llhttpResult, llhttpType, release, stoppedAt, take } = llhttp
const memory = instances[0]?.exports['memory'] as WebAssembly.Memory

const head = Buffer.from('GET /a HTTP/1.1\r\nHost: b\r\n\r\n')

/** Names and values that `spans` holds of `bytes`. */
function fields(spans: HeadSpans, bytes: Buffer): string[] {
  const numbers = spans.trimmed(bytes.toString('latin1'))
  const parts: string[] = []
  for (let i = 0; i < numbers.length; i += 2) parts.push(bytes.toString('latin1', numbers[i], numbers[i + 1]))
  return parts
}

t.test('the module is the one that was examined: llhttp-wasm 1.0.3', (t) => {
  t.equal(
    createHash('sha256').update(llhttp.llhttpModuleBytes()).digest('hex'),
    '259f8302ac0f7fd7d38469e0d16b505e59c6b432cc5eb856be4d012260de0e11',
  )
  t.end()
})

t.test('all parsers share one instance', (t) => {
  t.equal(instances.length, 1)
  t.end()
})

t.test('it stops behind the head, whatever follows, also where an upgrade is asked for', (t) => {
  for (const [text, result] of [
    ['GET /a HTTP/1.1\r\nHost: b\r\n\r\n', llhttpResult.paused],
    ['GET /a HTTP/1.1\r\nHost: b\r\nContent-Length: 5\r\n\r\n', llhttpResult.paused],
    ['GET /a HTTP/1.1\r\nHost: b\r\nTransfer-Encoding: chunked\r\n\r\n', llhttpResult.paused],
    ['GET /a HTTP/1.1\r\nHost: b\r\nConnection: close\r\n\r\n', llhttpResult.paused],
    ['GET /a HTTP/1.1\r\nHost: b\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n', llhttpResult.paused],
    ['CONNECT b:1 HTTP/1.1\r\nHost: b\r\n\r\n', llhttpResult.paused],
  ] as const) {
    const state = take(llhttpType.request)
    const bytes = Buffer.from(`${text}5\r\nhello`)
    const spans = new Spans()
    t.equal(execute(state, bytes, 0, bytes.length, spans), result, text)
    t.equal(stoppedAt(state), text.length)
    t.strictSame(fields(spans, bytes).slice(0, 2), ['Host', 'b'])
    release(llhttpType.request, state)
  }
  t.end()
})

t.test('offsets count from where the bytes begin', (t) => {
  const state = take(llhttpType.request)
  const spans = new Spans()
  const bytes = Buffer.concat([Buffer.from('junk'), head, Buffer.from('junk')])
  t.equal(execute(state, bytes, 4, bytes.length - 4, spans), llhttpResult.paused)
  t.equal(stoppedAt(state), head.length)
  t.strictSame([spans.targetStart, spans.targetEnd], [4, 6])
  t.strictSame(fields(spans, head), ['Host', 'b'])
  release(llhttpType.request, state)
  t.end()
})

t.test('a state that was given back is as good as new, whatever became of it', (t) => {
  const before = freeStates(llhttpType.request)
  for (const bytes of [
    head,
    head.subarray(0, 5),
    Buffer.from('\0'),
    Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  ]) {
    const state = take(llhttpType.request)
    t.equal(freeStates(llhttpType.request), before - 1)
    execute(state, bytes, 0, bytes.length, new Spans())
    release(llhttpType.request, state)
    t.equal(freeStates(llhttpType.request), before)
    const again = take(llhttpType.request)
    t.equal(again, state, 'the same one is used again')
    t.equal(execute(again, head, 0, head.length, new Spans()), llhttpResult.paused)
    release(llhttpType.request, again)
  }
  t.end()
})

t.test('requests and responses have states of their own', (t) => {
  const response = Buffer.from('HTTP/1.1 200 OK\r\nServer: b\r\n\r\n')
  const state = take(llhttpType.response)
  const spans = new Spans()
  t.equal(execute(state, response, 0, response.length, spans), llhttpResult.paused)
  t.strictSame(fields(spans, response), ['Server', 'b'])
  release(llhttpType.response, state)
  t.not(take(llhttpType.request), state)
  t.end()
})

t.test('a failure has its words', (t) => {
  const state = take(llhttpType.request)
  const bytes = Buffer.from('GET / HTTP/3.0\r\n')
  t.equal(execute(state, bytes, 0, bytes.length, new Spans()), llhttpResult.invalidVersion)
  t.equal(llhttp.errorReason(state), 'Invalid HTTP version')
  release(llhttpType.request, state)
  t.end()
})

t.test('views survive the growth of the memory, in the middle of a message too', (t) => {
  const state = take(llhttpType.request)
  const failed = take(llhttpType.request)
  const spans = new Spans()
  t.equal(execute(failed, Buffer.from('\0'), 0, 1, new Spans()), llhttpResult.invalidMethod)
  t.equal(execute(state, head, 0, 20, spans), llhttpResult.ok)
  const { buffer } = memory
  const many: number[] = []
  while (memory.buffer === buffer && many.length < 100_000) many.push(take(llhttpType.request))
  t.not(memory.buffer, buffer, 'the memory has grown')
  t.equal(buffer.byteLength, 0, 'what was seen of it before is gone')
  t.equal(llhttp.errorReason(failed), 'Invalid method encountered')
  spans.base = 20
  t.equal(execute(state, head, 20, head.length, spans), llhttpResult.paused)
  t.strictSame(fields(spans, head), ['Host', 'b'])
  for (const taken of [state, failed, ...many]) release(llhttpType.request, taken)
  t.ok(freeStates(llhttpType.request) >= many.length + 2)
  t.end()
})

t.test('states are counted while messages use them', (t) => {
  const before = llhttp.takenStates()
  const many = Array.from({ length: 10 }, () => take(llhttpType.request))
  const other = take(llhttpType.response)
  t.equal(llhttp.takenStates(), before + 11)
  for (const state of many) release(llhttpType.request, state)
  t.equal(llhttp.takenStates(), before + 1)
  release(llhttpType.response, other)
  t.equal(llhttp.takenStates(), before)
  t.end()
})
