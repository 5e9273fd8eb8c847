// Puts lib and the small packages that every start needs into the few files of dist, since looking for 200 files
// takes longer than running them. What is loaded on demand only (chalk, undici, OpenTelemetry) stays outside.
import { readFileSync, readdirSync, rmSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { nodeResolve } from '@rollup/plugin-node-resolve'
import ts from 'typescript'

/** Packages that are imported when they are asked for. */
const outside = /^(?:chalk|undici|@opentelemetry\/.+)$/

/** @type {import('rollup').Plugin} */
const typescript = {
  name: 'typescript',
  renderStart() {
    rmSync('dist', { recursive: true, force: true })
  },
  resolveId(specifier, importer) {
    if (!specifier.startsWith('.') || !importer?.endsWith('.ts')) return null
    return fileURLToPath(new URL(specifier.replace(/\.js$/, '.ts'), pathToFileURL(importer)))
  },
  transform(code, id) {
    if (!id.endsWith('.ts')) return null
    const { ESNext } = ts.ModuleKind
    const { ES2023 } = ts.ScriptTarget
    const compilerOptions = {
      target: ES2023,
      module: ESNext,
      verbatimModuleSyntax: true,
      removeComments: true,
    }
    return { code: ts.transpileModule(code, { fileName: id, compilerOptions }).outputText, map: null }
  },
}

/**
 * Node's own modules, each with the members that are used: an `import` of node:http would read them all, and one
 * of them loads the whole of fetch (25 ms from Node 22 on).
 * @type {import('rollup').Plugin}
 */
const builtins = {
  name: 'builtins',
  resolveId(specifier) {
    const name = specifier.replace(/^node:/, '')
    return builtinModules.includes(name) ? { id: `\0node:${name}`, moduleSideEffects: false } : null
  },
  load(id) {
    if (!id.startsWith('\0node:')) return null
    const name = id.slice(1)
    const members = Object.keys(/** @type {object} */ (process.getBuiltinModule(name)))
    const exported = members.filter((member) => /^[a-z]\w*$/i.test(member) && member !== 'default')
    const lines = exported.map((member) => `export const ${member} = builtin.${member}`)
    return [`const builtin = process.getBuiltinModule('${name}')`, 'export default builtin', ...lines].join(
      '\n',
    )
  },
}

/** @type {Record<string, string>} */
const replacements = {
  // yargs measures nothing but our help, which is ASCII; the package takes 30 ms to tell emoji apart.
  'string-width': 'export default (text) => text.length',
  // For commands in folders, of which there are none.
  'get-caller-file': 'export default () => ""',
}

/** @type {import('rollup').Plugin} */
const replaced = {
  name: 'replaced',
  resolveId: (specifier) => (specifier in replacements ? `\0${specifier}` : null),
  load: (id) => replacements[id.slice(1)] ?? null,
}

/** @type {import('rollup').Plugin} */
const licences = {
  name: 'licences',
  generateBundle(_options, bundle) {
    const modules = Object.values(bundle).flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []))
    const folders = modules.map((id) => /^\/.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? '')
    const texts = [...new Set(folders)].filter((folder) => folder !== '').map(licenceOf)
    const source = `The files in this folder hold parts of these packages.\n\n${texts.sort().join('\n')}`
    this.emitFile({ type: 'asset', fileName: 'LICENSES', source })
  },
}

/** @param {string} folder of a package @returns {string} its name, version and licence */
function licenceOf(folder) {
  /** @type {unknown} */
  const described = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const { name, version } = /** @type {{ name: string, version: string }} */ (described)
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
  if (file === undefined) throw new Error(`${name} has no licence`)
  return `${name} ${version}\n\n${readFileSync(join(folder, file), 'utf8')}`
}

/** @type {import('rollup').RollupOptions} */
export default {
  input: { main: 'lib/cli/main.ts' },
  output: { dir: 'dist', entryFileNames: 'cli/[name].js', chunkFileNames: 'cli/[name].js' },
  preserveEntrySignatures: 'allow-extension',
  external: outside,
  treeshake: { propertyReadSideEffects: false },
  plugins: [typescript, builtins, replaced, nodeResolve(), licences],
  onwarn(warning, warn) {
    // yargs was written for other modules, and works in these.
    if (warning.code !== 'THIS_IS_UNDEFINED' && warning.code !== 'CIRCULAR_DEPENDENCY') warn(warning)
  },
}
