import t from 'tap'
import { fieldsOf } from '../../fixtures/heads.js'
import { maxForwards } from '../../lib/message/max-forwards.js'

for (const [method, lines, wanted] of [
  ['OPTIONS', [], undefined],
  ['OPTIONS', ['Max-Forwards: 0'], 0],
  ['TRACE', ['max-forwards:  07 '], 7],
  ['TRACE', [`Max-Forwards: ${'9'.repeat(400)}`], Number.MAX_SAFE_INTEGER],
  ['GET', ['Max-Forwards: 0'], undefined],
  ['POST', ['Max-Forwards: none'], undefined],
] as const) {
  t.test(
    `RFC 9110 section 7.6.2: ${method} with ${lines.join() || 'nothing'} may pass ${wanted} more`,
    (t) => {
      t.equal(maxForwards(fieldsOf(lines), method), wanted)
      t.end()
    },
  )
}

for (const values of [[''], ['-1'], ['+1'], ['1.0'], ['0x1'], ['ten'], ['1, 1'], ['1 1'], ['0', '5']]) {
  t.test(`Max-Forwards of TRACE or OPTIONS must be one number, not ${JSON.stringify(values)}`, (t) => {
    const fields = fieldsOf(values.map((value) => `Max-Forwards: ${value}`))
    for (const method of ['TRACE', 'OPTIONS']) {
      t.throws(() => maxForwards(fields, method), { code: 'REQUEST_FIELD' })
    }
    t.end()
  })
}
