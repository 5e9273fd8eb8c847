import t from 'tap'
import { ChunkFrame, TrailerFrame, type Frame } from '../../lib/message/frame.js'
import { fieldsOf, requestHead, responseHead } from '../../fixtures/heads.js'

t.test('of all frames only the request head knows the routing key', (t) => {
  const head = requestHead('GET /a HTTP/1.1', 'Host: a.test')
  const frames: Frame[] = [
    head,
    responseHead('HTTP/1.1 200 OK'),
    new ChunkFrame([Buffer.from('a')], 1),
    new TrailerFrame(fieldsOf(['X: y'])),
  ]
  t.strictSame(
    frames.map((frame) => [frame.kind, frame.routingKey() === undefined]),
    [
      ['request-head', false],
      ['response-head', true],
      ['chunk', true],
      ['trailers', true],
    ],
  )
  t.equal(head.routingKey(), head)
  t.end()
})

t.test('a chunk keeps its pieces, trailers their fields', (t) => {
  const parts = [Buffer.from('ab'), Buffer.from('c')]
  const chunk = new ChunkFrame(parts, 3)
  t.equal(chunk.parts, parts)
  t.equal(chunk.byteLength, 3)
  const fields = fieldsOf(['X: y'])
  t.equal(new TrailerFrame(fields).fields, fields)
  t.end()
})
