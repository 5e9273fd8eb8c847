import t from 'tap'
import { sourceFiles } from '../../fixtures/source-files.js'

const tested = new Set(sourceFiles('test').map((file) => file.path.slice('test/'.length)))
const written = new Set(sourceFiles('lib').map((file) => file.path.slice('lib/'.length)))
const rooms = new Set([...written].map((path) => path.split('/')[0]))

t.test('every file of lib is tested by the file of the same name in test', (t) => {
  for (const path of written) t.ok(tested.has(path), path)
  t.end()
})

t.test('a test in the folder of a room tests a file that is there', (t) => {
  for (const path of tested) {
    if (rooms.has(path.split('/')[0])) t.ok(written.has(path), path)
  }
  t.end()
})
