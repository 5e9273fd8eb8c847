import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { generatedSections, withSection, writtenSection } from '../../fixtures/documents.js'
import { serveOptions } from '../../lib/cli/option-table.js'

// `npm run docs` brings the documents up to date with the tables.
const write = process.env['RAILSCALE_WRITE_DOCUMENTS'] === '1'

t.test('man page and README say what the tables say', (t) => {
  for (const section of generatedSections()) {
    if (write) {
      writeFileSync(section.document, withSection(readFileSync(section.document, 'utf8'), section))
    }
    t.equal(writtenSection(section), section.text, `${section.name} in ${section.document}; npm run docs`)
  }
  t.end()
})

t.test('the help of serve names every option with its text and default', (t) => {
  const help = execFileSync(process.execPath, ['bin/railscale.js', 'serve', '--help'], { encoding: 'utf8' })
  const oneLine = help.replace(/\s+/g, ' ')
  for (const [name, row] of Object.entries(serveOptions)) {
    t.match(oneLine, `--${name} `, name)
    t.match(oneLine, row.text, `${name}: text`)
    if (row.default !== '') t.match(oneLine, `[default: ${row.default}]`, `${name}: default`)
  }
  t.end()
})

t.test('README names the scripts that there are, and no others', (t) => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
  const readme = readFileSync('README.md', 'utf8')
  const named = [...readme.matchAll(/(?:`|\n|&& )npm (?:run )?([a-z][a-z:]*)/g)].map(
    (match) => match[1] as string,
  )
  const builtIn = new Set(['ci', 'install'])
  for (const name of named) t.ok(builtIn.has(name) || name in scripts, `npm ${name}`)
  t.end()
})
