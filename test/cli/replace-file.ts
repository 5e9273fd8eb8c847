import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { replaceFile } from '../../lib/cli/replace-file.js'

const root = process.getuid?.() === 0

t.test('a file gets another content, and keeps its mode', (t) => {
  const folder = t.testdir({ routes: 'before' })
  const file = join(folder, 'routes')
  chmodSync(file, 0o4641)
  replaceFile(file, 'after\u{e4}')
  t.equal(readFileSync(file, 'utf8'), 'after\u{e4}')
  t.equal(statSync(file).mode & 0o7777, 0o4641)
  t.strictSame(readdirSync(folder), ['routes'], 'nothing else is left')
  t.end()
})

t.test('symbolic links stay, and lead to the file with its other content', (t) => {
  const folder = t.testdir({ real: { routes: 'before' }, links: {} })
  const [one, two] = [join(folder, 'links', 'one'), join(folder, 'links', 'two')]
  symlinkSync('../real/routes', one)
  symlinkSync('one', two)
  replaceFile(two, 'after')
  t.ok(lstatSync(one).isSymbolicLink() && lstatSync(two).isSymbolicLink())
  t.equal(readFileSync(join(folder, 'real', 'routes'), 'utf8'), 'after')
  t.strictSame(readdirSync(join(folder, 'links')), ['one', 'two'])
  t.strictSame(readdirSync(join(folder, 'real')), ['routes'])
  t.end()
})

t.test('whoever reads a file is given the old content or the new one, never a part', (t) => {
  const file = join(t.testdir({ routes: 'before' }), 'routes')
  const before = statSync(file).ino
  replaceFile(file, 'after')
  t.not(statSync(file).ino, before, 'it is another file')
  t.end()
})

t.test('what cannot be put in place leaves the file as it was, and nothing beside it', (t) => {
  const folder = t.testdir({ routes: 'before' })
  const file = join(folder, 'routes')
  // A folder cannot be replaced by a file; it takes the place of a file that went in the meantime.
  renameSync(file, join(folder, 'kept'))
  mkdirSync(file)
  t.throws(() => replaceFile(file, 'after'), { code: 'EISDIR' })
  t.strictSame(readdirSync(folder), ['kept', 'routes'])
  t.throws(() => replaceFile(join(folder, 'none'), 'after'), { code: 'ENOENT' })
  t.strictSame(readdirSync(folder), ['kept', 'routes'])
  t.end()
})

t.test(
  'the new file belongs to the owner of the old one',
  { skip: !root && 'only root can give files away' },
  (t) => {
    const file = join(t.testdir({ routes: 'before' }), 'routes')
    chownSync(file, 4321, 1234)
    chmodSync(file, 0o640)
    replaceFile(file, 'after')
    t.match(statSync(file), { uid: 4321, gid: 1234 })
    t.equal(statSync(file).mode & 0o7777, 0o640)
    t.end()
  },
)

t.test(
  'a file that may not be written stays, though its folder may be',
  { skip: root && 'root may write all' },
  (t) => {
    const file = join(t.testdir({ routes: 'before' }), 'routes')
    chmodSync(file, 0o400)
    t.throws(() => replaceFile(file, 'after'), { code: 'EACCES' })
    t.equal(readFileSync(file, 'utf8'), 'before')
    t.end()
  },
)
