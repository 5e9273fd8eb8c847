import t from 'tap'
import { commandTable, type CommandRow } from '../../lib/cli/command-table.js'

t.test('each command can be loaded, and takes words in one of three forms', async (t) => {
  for (const row of Object.values<CommandRow>(commandTable)) {
    t.type(await row.load(), 'function')
    t.match(row.words, /^(?:<[a-z]+>|\[[a-z]+(?:\.\.)?\])?$/)
    t.equal(row.wordsText === '', row.words === '')
  }
})
