import { chmodSync, existsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { compileCacheFolder, keepCompiledCode } from '../../lib/cli/compile-cache.js'

function modeOf(folder: string): number {
  return statSync(folder).mode & 0o777
}

/** A folder of a test that others cannot write to, whatever the umask is. */
function ownFolder(t: Test): string {
  const folder = t.testdir({})
  chmodSync(folder, 0o755)
  return folder
}

t.test('the folder is made among the caches of the user, and is theirs alone', (t) => {
  const home = ownFolder(t)
  const folder = join(home, '.cache/railscale')
  for (const _time of [1, 2]) {
    t.equal(compileCacheFolder({ HOME: home }), folder)
    t.equal(compileCacheFolder({ HOME: home, XDG_CACHE_HOME: '' }), folder)
  }
  t.strictSame([modeOf(folder), modeOf(join(home, '.cache'))], [0o700, 0o700])
  t.end()
})

t.test('XDG_CACHE_HOME names another place for caches', (t) => {
  const caches = ownFolder(t)
  const environment = { HOME: '/nowhere', XDG_CACHE_HOME: caches }
  t.equal(compileCacheFolder(environment), join(caches, 'railscale'))
  t.equal(modeOf(join(caches, 'railscale')), 0o700)
  t.end()
})

for (const [what, environment] of [
  ['no home', {}],
  ['an empty home', { HOME: '' }],
  ['a home that is not there', { HOME: '/nowhere' }],
  ['caches in the working directory', { HOME: '.', XDG_CACHE_HOME: '.' }],
  ['a home that cannot be looked at', { HOME: `/${'x'.repeat(300)}` }],
] as const) {
  t.test(`${what}: there is no folder, and none is made`, (t) => {
    t.equal(compileCacheFolder(environment), undefined)
    t.notOk(existsSync('/nowhere'))
    t.notOk(existsSync('railscale'))
    t.end()
  })
}

for (const [what, mode, taken] of [
  ['the user alone', 0o700, true],
  ['the user alone, and read by all', 0o755, true],
  ['the group', 0o775, false],
  ['everybody', 0o757, false],
] as const) {
  t.test(`a folder that ${what} can write to is ${taken ? '' : 'not '}taken`, (t) => {
    const caches = ownFolder(t)
    const folder = compileCacheFolder({ XDG_CACHE_HOME: caches }) as string
    chmodSync(folder, mode)
    t.equal(compileCacheFolder({ XDG_CACHE_HOME: caches }), taken ? folder : undefined)
    chmodSync(folder, 0o700)
    chmodSync(caches, mode)
    t.equal(
      compileCacheFolder({ XDG_CACHE_HOME: caches }),
      taken ? folder : undefined,
      'nor below such a one',
    )
    t.end()
  })
}

t.test('a folder of another user is not taken', (t) => {
  const caches = ownFolder(t)
  t.intercept(process, 'getuid', { value: () => 4_000_000 })
  t.equal(compileCacheFolder({ XDG_CACHE_HOME: caches }), undefined)
  t.end()
})

t.test('nothing is made in a home of another user', (t) => {
  const home = ownFolder(t)
  t.intercept(process, 'getuid', { value: () => 4_000_000 })
  t.equal(compileCacheFolder({ HOME: home }), undefined)
  t.notOk(existsSync(join(home, '.cache')))
  t.end()
})

t.test('a file in the place of the folder is left alone', (t) => {
  const caches = ownFolder(t)
  writeFileSync(join(caches, 'railscale'), '')
  t.equal(compileCacheFolder({ XDG_CACHE_HOME: caches }), undefined)
  t.end()
})

t.test('compiled code is kept in that folder, if Node can keep it and may', (t) => {
  const caches = ownFolder(t)
  const folders: string[] = []
  const node = { enableCompileCache: (folder: string) => folders.push(folder) }
  keepCompiledCode({ XDG_CACHE_HOME: caches }, {})
  keepCompiledCode({ XDG_CACHE_HOME: caches, NODE_DISABLE_COMPILE_CACHE: '1' }, node)
  t.notOk(existsSync(join(caches, 'railscale')), 'nothing is made in vain')
  keepCompiledCode({}, node)
  t.strictSame(folders, [])
  keepCompiledCode({ XDG_CACHE_HOME: caches }, node)
  t.strictSame(folders, [join(caches, 'railscale')])
  t.end()
})
