import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { socketFolder } from '../../fixtures/socket-folder.js'
import { folderTrouble, makeStatusFolder, statusFolders } from '../../lib/cli/status-folder.js'

const uid = process.getuid?.() ?? 0

t.test('sockets are in the folder of the session, and may be among the temporary files', (t) => {
  const home = socketFolder(t)
  t.strictSame(statusFolders({ XDG_RUNTIME_DIR: home, TMPDIR: '/t/' }), [
    join(home, 'railscale'),
    `/t/railscale-${uid}`,
  ])
  t.end()
})

t.test('without a folder of the session they are among the temporary files alone', (t) => {
  t.strictSame(statusFolders({}), [join(tmpdir(), `railscale-${uid}`)])
  t.strictSame(statusFolders({ XDG_RUNTIME_DIR: '' }), [join(tmpdir(), `railscale-${uid}`)])
  t.end()
})

t.test('a folder of the session is used only if it is one that nobody else can write to', (t) => {
  const home = socketFolder(t)
  const file = join(home, 'file')
  writeFileSync(file, '')
  const long = join(home, 'x'.repeat(90))
  mkdirSync(long, { mode: 0o700 })
  const open = join(home, 'open')
  mkdirSync(open)
  chmodSync(open, 0o777)
  for (const XDG_RUNTIME_DIR of ['run', join(home, 'missing'), file, long, open]) {
    t.strictSame(statusFolders({ XDG_RUNTIME_DIR, TMPDIR: '/t' }), [`/t/railscale-${uid}`], XDG_RUNTIME_DIR)
  }
  t.strictSame(statusFolders({ XDG_RUNTIME_DIR: home, TMPDIR: '/t' }, uid + 1), [`/t/railscale-${uid + 1}`])
  t.end()
})

t.test('a system without user ids has no folder', (t) => {
  t.intercept(process, 'getuid', { value: undefined })
  t.strictSame(statusFolders({ XDG_RUNTIME_DIR: '/' }), [])
  t.end()
})

t.test('the folder is made for its user alone, and made once', (t) => {
  const folder = join(socketFolder(t), 'railscale')
  makeStatusFolder(folder)
  t.equal(statSync(folder).mode & 0o777, 0o700)
  makeStatusFolder(folder)
  t.equal(folderTrouble(folder), '')
  t.end()
})

t.test('a folder that is open to others is refused, and stays as it is', (t) => {
  const folder = join(socketFolder(t), 'railscale')
  for (const [mode, text] of [
    [0o750, '750'],
    [0o711, '711'],
    [0o702, '702'],
  ] as const) {
    mkdirSync(folder, { recursive: true })
    chmodSync(folder, mode)
    t.throws(() => makeStatusFolder(folder), { message: `is open to others (mode ${text}); chmod 700` })
    t.equal(statSync(folder).mode & 0o777, mode)
  }
  t.end()
})

t.test('a folder of another user is refused', (t) => {
  const folder = join(socketFolder(t), 'railscale')
  makeStatusFolder(folder)
  t.throws(() => makeStatusFolder(folder, uid + 1), { message: `${folder} belongs to another user` })
  t.end()
})

t.test('a link to a folder is refused, whoever owns what it leads to', (t) => {
  const home = socketFolder(t)
  makeStatusFolder(join(home, 'real'))
  symlinkSync(join(home, 'real'), join(home, 'railscale'))
  t.throws(() => makeStatusFolder(join(home, 'railscale')), { message: 'is no folder' })
  t.end()
})

t.test('a folder that cannot be made is told with the reason', (t) => {
  const home = socketFolder(t)
  writeFileSync(join(home, 'file'), '')
  t.throws(() => makeStatusFolder(join(home, 'file', 'railscale')), { message: 'cannot be made (ENOTDIR)' })
  t.throws(() => makeStatusFolder(join(home, 'no', 'railscale')), { message: 'cannot be made (ENOENT)' })
  t.throws(() => makeStatusFolder(join(home, 'x'.repeat(100))), { message: 'too long for a unix socket' })
  t.end()
})

t.test('a folder that is not there is no trouble', (t) => {
  t.equal(folderTrouble(join(socketFolder(t), 'railscale')), '')
  t.end()
})
