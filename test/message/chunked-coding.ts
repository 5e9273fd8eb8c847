import { PassThrough } from 'node:stream'
import t from 'tap'
import { writeChunk, writeLastChunk } from '../../lib/message/chunked-coding.js'
import { Outbox } from '../../lib/message/outbox.js'
import { writeTurn } from '../../lib/message/turn-writes.js'
import { responseEvents } from '../../fixtures/parser-events.js'

/** What `fill` puts into an outbox, as latin1 text. */
function written(fill: (out: Outbox) => void): string {
  const out = new Outbox()
  fill(out)
  const socket = new PassThrough()
  out.flush(socket)
  writeTurn()
  return (socket.read() as Buffer | null)?.toString('latin1') ?? ''
}

t.test('RFC 9112 section 7.1: pieces of content become one chunk, its size in hexadecimal', (t) => {
  const parts = [Buffer.from('0123456789'), Buffer.from('\xe9\r\n', 'latin1')]
  t.equal(
    written((out) => writeChunk(out, parts, 13)),
    'd\r\n0123456789\xe9\r\n\r\n',
  )
  t.end()
})

t.test('no content is no chunk: a size of 0 would end the body', (t) => {
  t.equal(
    written((out) => writeChunk(out, [Buffer.alloc(0)], 0)),
    '',
  )
  t.end()
})

t.test('RFC 9112 section 7.1.2: the last chunk carries the trailers', (t) => {
  t.equal(
    written((out) => writeLastChunk(out, '')),
    '0\r\n\r\n',
  )
  t.equal(
    written((out) => writeLastChunk(out, 'X: a\r\nY: b\r\n')),
    '0\r\nX: a\r\nY: b\r\n\r\n',
  )
  t.end()
})

t.test('what is written is read as the same content', (t) => {
  const content = 'x'.repeat(300)
  const body = written((out) => {
    writeChunk(out, [Buffer.from(content)], content.length)
    writeLastChunk(out, 'X: a\r\n')
  })
  t.strictSame(responseEvents(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body}`).slice(3), [
    `content ${content}`,
    'trailers',
    '  X: a',
    'complete',
  ])
  t.end()
})
