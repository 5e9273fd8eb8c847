import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { hollowFiles } from '../../lib/cli/hollow-files.js'

t.test(
  'files that are empty or missing may be about to be written; others, folders and patterns are not',
  async (t) => {
    const folder = t.testdir({ empty: '', file: 'x', folder: {} })
    symlinkSync('nowhere', join(folder, 'dangling'))
    const names = ['empty', 'file', 'folder', 'none', 'none/file', 'file/below', 'dangling', 'none/*.txt']
    const hollow = await hollowFiles([...names.map((name) => join(folder, name)), '/dev/null'])
    t.strictSame(
      [...hollow],
      ['empty', 'none', 'none/file', 'dangling'].map((name) => join(folder, name)),
    )
  },
)
