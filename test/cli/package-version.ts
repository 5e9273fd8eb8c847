import { readFileSync } from 'node:fs'
import t from 'tap'
import { packageVersion } from '../../lib/cli/package-version.js'

t.test('the version is that of package.json', (t) => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
  t.equal(packageVersion(), version)
  t.end()
})
