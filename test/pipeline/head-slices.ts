import t from 'tap'
import { parseRequest, parseResponse } from '../../fixtures/parsed-messages.js'
import { FieldKind } from '../../lib/message/field-names.js'
import type { RequestHead } from '../../lib/message/request-head.js'
import type { ResponseHead } from '../../lib/message/response-head.js'
import { keptLines } from '../../lib/pipeline/head-slices.js'

const lines = (all: readonly string[]): string => all.map((line) => `${line}\r\n`).join('')

for (const { name, sent, kept } of [
  { name: 'no field at all', sent: [], kept: [] },
  { name: 'only fields that nobody knows', sent: ['A: 1', 'b:2 ', 'A: 1'], kept: ['A: 1', 'b:2 ', 'A: 1'] },
  { name: 'a dropped field first', sent: ['Date: 1', 'A: 1'], kept: ['A: 1'] },
  { name: 'a dropped field last', sent: ['A: 1', 'Date: 1'], kept: ['A: 1'] },
  { name: 'nothing but dropped fields', sent: ['Date: 1', 'Date: 2'], kept: [] },
  {
    name: 'gaps between dropped fields',
    sent: ['Date: 1', 'A: 1', 'Date: 2', 'B: 1'],
    kept: ['A: 1', 'B: 1'],
  },
  { name: 'a replaced field', sent: ['A: 1', 'via: x', 'B: 1'], kept: ['A: 1', 'Via: replaced', 'B: 1'] },
  {
    name: 'a field that is known and kept',
    sent: ['A: 1', 'age: 0', 'Upgrade: x'],
    kept: ['A: 1', 'age: 0', 'Upgrade: x'],
  },
  {
    name: 'a field named by Connection',
    sent: ['connection: A, b', 'a: 1', 'AB: 1', 'B: 1'],
    kept: ['connection: A, b', 'AB: 1'],
  },
  {
    name: 'a known field named by Connection',
    sent: ['Connection: upgrade-x, proxy', 'Proxy: 1', 'A: 1'],
    kept: ['Connection: upgrade-x, proxy', 'A: 1'],
  },
  {
    name: 'a protected field named by Connection',
    sent: ['Connection: set-cookie, host', 'Host: 1', 'Set-Cookie: 1'],
    kept: ['Connection: set-cookie, host', 'Host: 1', 'Set-Cookie: 1'],
  },
]) {
  t.test(`lines are kept byte for byte and in order: ${name}`, (t) => {
    // A response may name protected fields in Connection; a request that does is refused before.
    const { head } = parseResponse(`HTTP/1.1 204 \r\n${lines(sent)}\r\n`)
    const replacement = ({ fields }: ResponseHead, i: number): string | undefined => {
      if (fields.kind(i) === FieldKind.Date) return ''
      return fields.kind(i) === FieldKind.Via ? 'Via: replaced\r\n' : undefined
    }
    t.equal(keptLines(head, { replacement }), lines(kept))
    t.end()
  })
}

t.test('only fields that the gateway knows are asked about, in order', (t) => {
  const { head } = parseRequest('GET / HTTP/1.1\r\nA: 1\r\nHost: h\r\nCookie: a\r\nVia: 1.1 b\r\n\r\n')
  const asked: string[] = []
  const replacement = ({ fields }: RequestHead, i: number): undefined => void asked.push(fields.name(i))
  keptLines(head, { replacement })
  t.strictSame(asked, ['Host', 'Via'])
  t.end()
})
