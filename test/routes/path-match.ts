import t from 'tap'
import { tableOf } from '../../fixtures/routes/routes-cases.js'
import {
  commonSegments,
  pathSegments,
  pathText,
  segmentText,
  takesPath,
} from '../../lib/routes/path-match.js'
import type { PathPattern } from '../../lib/routes/route.js'

function pattern(path: string): PathPattern {
  return tableOf(`a.test${path} -> :1`).routes[0]?.path as PathPattern
}

t.test('the segments of a path are compared in normal form, and the asterisk-form has none', (t) => {
  t.strictSame(pathSegments('/a/%7eb/%2f/'), ['a', '~b', '%2F', ''])
  t.strictSame(pathSegments('/'), [''])
  t.strictSame(pathSegments('*'), [])
  t.end()
})

for (const [path, asked, common, takes] of [
  ['', '/x', 0, true],
  ['', '*', 0, true],
  ['/api', '/api', 1, true],
  ['/api', '/api/', 1, true],
  ['/api', '/api/x', 1, true],
  ['/api', '/apix', 0, false],
  ['/api', '*', 0, false],
  ['/api/v1', '/api', 1, false],
  ['/api/v1', '/api/v2', 1, false],
  ['/api$', '/api', 1, true],
  ['/api$', '/api/', 1, false],
  ['/api/$', '/api/', 2, true],
  ['/$', '/', 1, true],
  ['/$', '/x', 0, false],
  ['/u/:id/x', '/u/7/x/y', 3, true],
  ['/u/*', '/u/', 1, false],
  ['/u/*', '/u', 1, false],
] as const) {
  t.test(`${path || 'no path'} has ${common} segments in common with ${asked}`, (t) => {
    const segments = pathSegments(asked)
    t.equal(commonSegments(pattern(path), segments), common)
    t.equal(takesPath(pattern(path), segments), takes)
    const found = tableOf(`a.test${path} -> :1`).match({ host: 'a.test', path: asked })
    t.equal(found !== undefined, takes, 'as the table has it')
    t.end()
  })
}

t.test('a pattern is told as it is written, without its dollar', (t) => {
  t.strictSame(
    ['', '/', '/api/', '/api$', '/dir/$', '/u/:id/*/x'].map((path) => pathText(pattern(path))),
    ['/', '/', '/api', '/api', '/dir/', '/u/:id/*/x'],
  )
  t.equal(segmentText({ capture: undefined }), '*')
  t.end()
})
