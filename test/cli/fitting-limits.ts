import t from 'tap'
import { fittingLimits } from '../../lib/cli/fitting-limits.js'
import { limitsWith } from '../../lib/core/limits.js'

t.test('where there are files enough the limits are as they were asked for, and nothing is said', (t) => {
  for (const openFiles of [Infinity, 1_048_576, 20_608])
    t.strictSame(fittingLimits({ maxFields: 3 }, openFiles), {
      limits: limitsWith({ maxFields: 3 }),
      notice: '',
    })
  t.strictSame(fittingLimits({ maxConnections: 100 }, 1_024).notice, '')
  t.end()
})

for (const [asked, openFiles, connections, idle] of [
  [undefined, 20_607, 9_999, 512],
  [undefined, 20_000, 9_696, 512],
  [100_000, 20_000, 9_696, 512],
  [5_000, 1_024, 400, 128],
] as const) {
  t.test(
    `${asked ?? 'the default of'} connections do not fit ${openFiles} files, and how many do is said`,
    (t) => {
      const { limits, notice } = fittingLimits(
        asked === undefined ? {} : { maxConnections: asked },
        openFiles,
      )
      t.strictSame(limits, limitsWith({ maxConnections: connections, maxIdleUpstream: idle }))
      t.equal(
        notice,
        `railscale: at most ${connections} client connections: this process may open ${openFiles} files (ulimit -n)\n`,
      )
      t.end()
    },
  )
}

t.test('no more idle upstream connections are kept than fit, and those are fewer where clients fit', (t) => {
  for (const [maxConnections, idle] of [
    [64, 32],
    [50, 60],
    [1, 158],
  ] as const) {
    const { limits, notice } = fittingLimits({ maxConnections }, 256)
    t.strictSame(limits, limitsWith({ maxConnections, maxIdleUpstream: idle }))
    t.equal(notice, '')
  }
  t.equal(fittingLimits({ maxConnections: 1, maxIdleUpstream: 5 }, 256).limits.maxIdleUpstream, 5)
  t.end()
})

t.test('who asked for more idle upstream connections than fit is told how many do', (t) => {
  t.equal(
    fittingLimits({ maxConnections: 50, maxIdleUpstream: 61 }, 256).notice,
    'railscale: at most 60 idle upstream connections: this process may open 256 files (ulimit -n)\n',
  )
  t.equal(fittingLimits({ maxConnections: 50, maxIdleUpstream: 60 }, 256).notice, '')
  t.end()
})

t.test('fewer idle upstream connections leave more for clients', (t) => {
  t.equal(fittingLimits({ maxIdleUpstream: 0 }, 20_000).limits.maxConnections, 9_952)
  t.end()
})
