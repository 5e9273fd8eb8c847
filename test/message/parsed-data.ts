import t from 'tap'
import { limitsWith } from '../../lib/core/limits.js'
import type { ParsedDataSink, RequestFrame } from '../../lib/message/parsed-data.js'
import { requestParser } from '../../lib/parse/frame-parser.js'

t.test('a sink is given frames and raw bytes in order, and the end of the message last', (t) => {
  const seen: string[] = []
  const sink: ParsedDataSink<RequestFrame> = {
    full: false,
    parsed: (frame) => seen.push(frame.kind),
    passthrough: (bytes) => seen.push(bytes.toString('latin1')),
    messageComplete: () => seen.push('complete'),
  }
  const parser = requestParser(limitsWith(), 80, sink)
  parser.push(Buffer.from('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody'))
  t.same(seen, ['request-head', 'body', 'complete'])
  t.end()
})
