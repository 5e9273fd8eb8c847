import t from 'tap'
import { parseResponse, passedThrough, written } from '../../fixtures/parsed-messages.js'
import { Outbox } from '../../lib/message/outbox.js'
import type { ResponseFrame } from '../../lib/message/parsed-data.js'
import type { ResponseHead } from '../../lib/message/response-head.js'
import { FramePipeline, type OutgoingFraming } from '../../lib/pipeline/frame-pipeline.js'

/** The least pipeline: the head is a word, the framing what the test says. */
class WordPipeline extends FramePipeline<ResponseHead> {
  readonly #framing: OutgoingFraming
  readonly #word: string

  constructor(out: Outbox, framing: OutgoingFraming, word = 'HEAD ') {
    super(out)
    this.#framing = framing
    this.#word = word
  }

  protected override head(): string {
    this.outgoing = this.#framing
    return this.#word
  }
}

const chunked =
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n8;x\r\n12345678\r\n0\r\nX-Sum: 1\r\n\r\n'
const length = 'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nabc12345678'
const close = 'HTTP/1.1 200 OK\r\n\r\nabc12345678'
const none = 'HTTP/1.1 204 No Content\r\n\r\n'

for (const { name, text, framing, leaves } of [
  {
    name: 'chunked content becomes one chunk a read',
    text: chunked,
    framing: 'chunked',
    leaves: 'HEAD b\r\nabc12345678\r\n0\r\nX-Sum: 1\r\n\r\n',
  },
  {
    name: 'chunked content leaves raw where chunks are not known',
    text: chunked,
    framing: 'close',
    leaves: 'HEAD abc12345678',
  },
  {
    name: 'raw content of a length leaves as it is',
    text: length,
    framing: 'length',
    leaves: 'HEAD abc12345678',
  },
  {
    name: 'raw content until the close becomes chunks, and its end is said',
    text: close,
    framing: 'chunked',
    leaves: 'HEAD b\r\nabc12345678\r\n0\r\n\r\n',
  },
  {
    name: 'raw content until the close may leave raw, and nothing is said at its end',
    text: close,
    framing: 'close',
    leaves: 'HEAD abc12345678',
  },
  { name: 'a message without content is its head', text: none, framing: 'none', leaves: 'HEAD ' },
] as const) {
  t.test(name, (t) => {
    t.equal(
      passedThrough(parseResponse(text), (out) => new WordPipeline(out, framing)),
      leaves,
    )
    t.end()
  })
}

t.test(
  'frames go into the outbox at once and in order, and nothing is written by the pipeline itself',
  (t) => {
    const out = new Outbox()
    const pipeline = new WordPipeline(out, 'chunked')
    const { parts } = parseResponse(chunked)
    const sizes = parts.map((part) => {
      if (!Buffer.isBuffer(part)) pipeline.process(part)
      return out.byteLength
    })
    t.strictSame(sizes, [5, 5 + 16, 5 + 16 + 15])
    t.equal(written(out), 'HEAD b\r\nabc12345678\r\n0\r\nX-Sum: 1\r\n\r\n')
    t.end()
  },
)

t.test('an empty piece of raw content is no last chunk', (t) => {
  const out = new Outbox()
  const pipeline = new WordPipeline(out, 'chunked')
  pipeline.process(parseResponse(close).head)
  pipeline.passthrough(Buffer.alloc(0))
  t.equal(written(out), 'HEAD ')
  t.end()
})

t.test('a head takes the place of the one before, and the rest goes on as that one says', (t) => {
  const out = new Outbox()
  const { head, parts } = parseResponse(chunked.replace('\r\n\r\n', '\r\nConnection: x-sum\r\n\r\n'))
  const [, chunk, trailers] = parts as ResponseFrame[]
  const first = new WordPipeline(out, 'chunked')
  first.process(head)
  first.process(chunk as ResponseFrame)
  const second = new WordPipeline(out, 'chunked', 'ANOTHER HEAD ')
  second.replaceHead(head)
  second.process(trailers as ResponseFrame)
  t.equal(written(out), 'ANOTHER HEAD b\r\nabc12345678\r\n0\r\n\r\n', 'X-Sum is for this hop')
  t.end()
})
