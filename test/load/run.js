// npm run test:load: one gateway after another under more load than it likes. Whoever does nothing wrong has to be
// served all the while, and nothing may be left when the load is gone.
import { allowedCores } from '../bench/accounting.js'
import { machine } from '../bench/machine.js'
import { chosen, count, readOptions } from '../bench/options.js'
import { startOrigin } from '../bench/origin.js'
import { installed } from '../bench/processes.js'
import { openSession, session } from '../bench/session.js'
import { markdownTable } from '../bench/table.js'
import { scenes } from './scenes.js'

/** @typedef {import('./demand.js').Row} Row */
/** @typedef {import('./scenes.js').Effort} Effort */

const usage = `npm run test:load -- [options]

  --only NAMES    of ${scenes.map(({ name }) => name).join(', ')}; joined by commas (all)
  --idle N        idle connections (10000)
  --busy N        busy connections (2000)
  --attackers N   connections of each slow attack (4000)
  --seconds S     of each scene (30)
  --requests N    through one gateway, over 64 connections that change with each slice of load (10000000)
  --pauses S      seconds at full load of a gateway whose event loop and garbage collection are watched; 0: none (60)
  --packages      print what packages of Debian are missing for it, and do nothing
  --help

The status is 0 when every demand is kept, else 1; 2 when an option is wrong.`

const mostMinutes = 120

await session('test:load', mostMinutes, async () => {
  const { text, given } = readOptions(process.argv.slice(2), {
    ...{ only: 'string', idle: 'string', busy: 'string', attackers: 'string' },
    ...{ seconds: 'string', requests: 'string', pauses: 'string', packages: 'boolean', help: 'boolean' },
  })
  const effort = {
    idle: count('idle', text('idle', '10000'), 1, 1e6),
    busy: count('busy', text('busy', '2000'), 1, 1e5),
    attackers: count('attackers', text('attackers', '4000'), 1, 60_000),
    seconds: count('seconds', text('seconds', '30'), 1, 3_600),
    requests: count('requests', text('requests', '10000000'), 1, 1e10),
    pauses: count('pauses', text('pauses', '60'), 0, 3_600),
  }
  const wanted = chosen('only', text('only', 'all'), scenes)
  if (given('help')) console.log(usage)
  else if (given('packages')) missingPrograms(wanted).forEach((name) => console.log(name))
  else return play(wanted, effort)
  return 0
})

/** @param {typeof scenes} wanted @param {Effort} effort @returns {Promise<number>} */
async function play(wanted, effort) {
  const place = openSession()
  const missing = missingPrograms(wanted)
  if (missing.length > 0)
    throw new Error(`it needs ${missing.join(', ')}: apt-get install ${missing.join(' ')}`)
  console.log(machine(allowedCores()))
  const origin = await startOrigin('plain', { folder: place.folder, core: place.loadCore })
  /** @type {Row[]} */
  const all = []
  for (const { name, text, play } of wanted) {
    console.log(`\n## ${name}: ${text}\n`)
    const rows = await play({ session: place, originPort: origin.port }, effort)
    if (rows.length > 0) console.log(table(rows))
    all.push(...rows)
  }
  const demands = all.filter(({ demand }) => demand !== '')
  const missed = demands.filter(({ kept }) => !kept)
  console.log(`\n${demands.length - missed.length} demands kept, ${missed.length} missed`)
  return missed.length === 0 ? 0 : 1
}

/** Debian's packages of them are called the same. @param {typeof scenes} wanted */
function missingPrograms(wanted) {
  return [...new Set(wanted.flatMap(({ programs }) => programs))].filter((one) => !installed(one))
}

/** @param {readonly Row[]} rows */
function table(rows) {
  const cells = rows.map(({ what, figure, demand, kept }) => [
    what,
    figure,
    demand,
    demand === '' ? '' : kept ? 'kept' : 'MISSED',
  ])
  return markdownTable(['what', 'figure', 'demand', ''], cells)
}
