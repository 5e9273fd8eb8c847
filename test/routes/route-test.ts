import t from 'tap'
import { compileText } from '../../fixtures/routes/routes-cases.js'

t.test('a test of a file is kept with its key, what it expects, and its places', (t) => {
  const line = '? POST http://a.test:81/x?y  header:X-A=\u00e4  "header:x-a= b" =>  308 /z'
  const { tests } = compileText(`a.test -> :1 name=a\n${line}`)
  t.match(tests, [
    {
      request: 'POST http://a.test:81/x?y header:X-A=\u00e4 header:x-a= b',
      key: { method: 'POST', host: 'a.test', listenerPort: 81, path: '/x', query: 'y' },
      expected: { kind: 'answer', status: 308, location: '/z' },
      urlPlace: { line: 2, column: 8, length: 20 },
      place: { line: 2, column: line.indexOf('308') + 1, length: 3 },
      lineText: line,
    },
  ])
  t.strictSame(
    tests[0]?.key.fields?.valuesOf('X-a'),
    ['\u00c3\u00a4', 'b'],
    'as octets, without the blanks around',
  )
  t.strictSame(tests[0]?.key.fields?.valuesOf('X-B'), [])
  t.end()
})
