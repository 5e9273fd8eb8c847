import t from 'tap'
import { contentTypeOf } from '../../lib/routes/content-type.js'

for (const [path, type] of [
  ['ok.txt', 'text/plain; charset=utf-8'],
  ['a/b/Index.HTML', 'text/html; charset=utf-8'],
  ['x.css', 'text/css; charset=utf-8'],
  ['x.json', 'application/json'],
  ['x.svg', 'image/svg+xml'],
  ['x.png', 'image/png'],
  ['x.tar.gz', 'application/gzip'],
  ['README', 'text/plain; charset=utf-8'],
  ['json', 'text/plain; charset=utf-8'],
  ['.json', 'text/plain; charset=utf-8'],
  ['x.json/y', 'text/plain; charset=utf-8'],
  ['x.unheard-of', 'text/plain; charset=utf-8'],
  ['x.', 'text/plain; charset=utf-8'],
] as const) {
  t.test(`the file ${path} is ${type}`, (t) => {
    t.equal(contentTypeOf(path), type)
    t.end()
  })
}
