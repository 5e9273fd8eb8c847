import t from 'tap'
import { changedLines, type FieldChange } from '../../lib/pipeline/field-changes.js'

const lines = (all: readonly string[]): string => all.map((line) => `${line}\r\n`).join('')

/** `Name=value` sets, `+Name=value` adds, `-Name` removes. */
function change(text: string): FieldChange {
  const action = text.startsWith('+') ? 'add' : text.startsWith('-') ? 'remove' : 'set'
  const [name = '', value = ''] = text.slice(action === 'set' ? 0 : 1).split('=')
  return { action, name, value }
}

for (const { name, sent, changes, left } of [
  { name: 'a field is set behind the others', sent: ['A: 1'], changes: ['B=2'], left: ['A: 1', 'B: 2'] },
  {
    name: 'all lines of a field are replaced by the one that is set, in any case',
    sent: ['x-a: 1', 'B: 2', 'X-A:3', 'X-AB: 4'],
    changes: ['X-a=5'],
    left: ['B: 2', 'X-AB: 4', 'X-a: 5'],
  },
  {
    name: 'a field is added to those that there are',
    sent: ['Set-Cookie: a', 'B: 1'],
    changes: ['+Set-Cookie=b'],
    left: ['Set-Cookie: a', 'B: 1', 'Set-Cookie: b'],
  },
  {
    name: 'all lines of a field are removed, in any case',
    sent: ['server: a', 'B: 1', 'SERVER: b', 'Servers: c', 'Serve: d'],
    changes: ['-Server'],
    left: ['B: 1', 'Servers: c', 'Serve: d'],
  },
  { name: 'a field that is not there is removed in vain', sent: ['A: 1'], changes: ['-B'], left: ['A: 1'] },
  { name: 'there may be no field at all', sent: [], changes: ['-B', 'A=1'], left: ['A: 1'] },
  { name: 'nothing may be left', sent: ['A: 1'], changes: ['-A'], left: [] },
  { name: 'an empty value is one', sent: ['A: 1'], changes: ['A='], left: ['A: '] },
  {
    name: 'changes are made one after another',
    sent: ['A: 1'],
    changes: ['-A', '+A=2', '+A=3', 'B=4', '+B=5', 'B=6'],
    left: ['A: 2', 'A: 3', 'B: 6'],
  },
  {
    name: 'values that look like fields are none, and bytes stay what they are',
    sent: ['A: B: 1', 'C: Caf\xe9 \t'],
    changes: ['-B', '+D=\xff'],
    left: ['A: B: 1', 'C: Caf\xe9 \t', 'D: \xff'],
  },
]) {
  t.test(name, (t) => {
    t.equal(changedLines(lines(sent), changes.map(change)), lines(left))
    t.end()
  })
}
