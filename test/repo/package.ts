import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import t from 'tap'

interface Packed {
  readonly files: readonly { readonly path: string }[]
}

t.test('the package holds what runs and what explains it, and nothing else', (t) => {
  const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    encoding: 'utf8',
  })
  const [{ files }] = JSON.parse(output) as [Packed]
  const paths = files.map((file) => file.path)
  for (const path of [
    'bin/railscale.js',
    'dist/cli/main.js',
    'man/railscale.1',
    'man/railscale-routes.5',
    'README.md',
    'LICENSE',
    'CHANGELOG.md',
  ]) {
    t.ok(paths.includes(path), path)
  }
  const allowed =
    /^(?:bin|dist|man|node_modules\/llhttp-wasm)\/|^(?:README\.md|LICENSE|CHANGELOG\.md|package\.json)$/
  for (const path of paths) t.match(path, allowed)
  t.end()
})

t.test('the top level holds what every project has, and the five folders', (t) => {
  const known =
    /^(?:\.git|\.ci|\.tap|\.tsimp|\.gitignore|\.editorconfig|\.taprc|\.prettier(?:rc\.json|ignore)|bin|lib|test|fixtures|man|dist|node_modules|package(?:-lock)?\.json|tsconfig\.json|LICENSE|README\.md|CHANGELOG\.md|eslint\.config\.js)$/
  for (const name of readdirSync('.')) t.match(name, known)
  t.end()
})
