import t from 'tap'
import { tableOf } from '../../fixtures/routes/routes-cases.js'
import { Fields } from '../../lib/message/fields.js'
import { RequestHead } from '../../lib/message/request-head.js'
import type { MatchKey } from '../../lib/routes/match-key.js'

/** The head of `GET target`, with one field X: 1. */
function headOf(target: string): RequestHead {
  const line = `GET ${target} HTTP/1.1\r\n`
  const text = `${line}Host: A.Test:80\r\nX: 1\r\n`
  const [host, x] = [line.length, line.length + 'Host: A.Test:80\r\n'.length]
  const spans = [host, host + 4, host + 6, host + 15, x, x + 1, x + 3, x + 4]
  return new RequestHead(new Fields(text, spans, text.length), 4, 4 + target.length, 8080)
}

t.test('the head of a request is what routes are looked up by, and has all that they ask for', (t) => {
  const table = tableOf('POST a.test:8080/:id header:X=1 query:y=2 -> :1 name=post\nb.test -> :2')
  const key: MatchKey = headOf('/7/x?y=2')
  t.same(table.match(key), undefined)
  t.strictSame(table.allowedMethods(key), ['POST'])
  t.strictSame(table.allowedMethods(headOf('/7/x?y=3')), [])
  t.end()
})

t.test('what is left out of a key is a GET without fields on no port', (t) => {
  const table = tableOf('GET a.test !header:X !query:y -> :1 name=get\na.test:8080 -> :2')
  t.equal(table.match({ host: 'a.test', path: '/' })?.name, 'get')
  t.end()
})
