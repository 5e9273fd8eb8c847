import t from 'tap'
import { limitNames as names, limitRows, limitTable, limitsWith } from '../../lib/core/limits.js'

/** Rows whose number counts things, and so has no unit. */
const counts = [
  'maxFields',
  'maxResponseFields',
  'maxInterimResponses',
  'maxViaLoops',
  'maxConnections',
  'maxIdlePerOrigin',
  'maxIdleUpstream',
  'maxQueuedRequests',
]

t.test('a limit is named after its unit, or counts things', (t) => {
  for (const name of names) {
    const unit = /(?:Bytes|Ms|BytesPerSecond)$/.test(name)
    t.not(unit, counts.includes(name), `${name} has a unit or is a count, and not both`)
    if (/timeout|idleMs|grace|cache/i.test(name)) t.match(name, /Ms$/, `${name} is a time`)
  }
  t.strictSame(
    counts.filter((name) => !(name in limitTable)),
    [],
  )
  t.end()
})

t.test('every limit has a default that bounds something, and a text', (t) => {
  for (const name of names) {
    const { default: value, text } = limitTable[name]
    t.ok(Number.isSafeInteger(value) && value > 0, `${name} is a positive whole number`)
    t.match(text, /^[a-z0-9][^\n]*[^.\s]$/i, `${name} has a text without a full stop`)
  }
  t.end()
})

t.test(
  'every default is a value that its limit may have, and what 0 means stands where it means something',
  (t) => {
    for (const name of names) {
      const { default: value, least = 1, most = Infinity, zero } = limitRows[name]
      t.ok(least >= 1 && least <= value && value <= most, name)
      if (zero !== undefined) t.match(zero, /^[a-z][^\n]*[^.\s]$/, name)
      if (/TimeoutMs$/.test(name) && !/^(?:linger|drain)/.test(name)) t.equal(zero, undefined, `${name} ends`)
    }
    t.end()
  },
)

t.test('a limit that may be 0 may be it in force', (t) => {
  for (const name of names.filter((one) => limitRows[one].zero !== undefined))
    t.equal(limitsWith({ [name]: 0 })[name], 0, name)
  t.end()
})

t.test('limits that only make sense together agree', (t) => {
  const limits = limitsWith()
  t.ok(limits.maxRequestLineBytes <= limits.maxHeadBytes)
  t.ok(limits.maxIdlePerOrigin <= limits.maxIdleUpstream)
  t.ok(limits.upstreamUnsafeIdleMs <= limits.upstreamIdleMs)
  t.ok(limits.upstreamIdleMs < 5_000, 'Node origins close idle connections after 5 s')
  t.ok(limits.maxPostRouteBytes + limits.maxPipelinedBytes < limits.maxBufferedBytes)
  t.end()
})

t.test('without changes the limits are the defaults of the table, every one', (t) => {
  const limits = limitsWith()
  t.strictSame(Object.keys(limits), names)
  for (const name of names) t.equal(limits[name], limitTable[name].default)
  t.end()
})

t.test('changes are laid over the defaults and leave the table as it is', (t) => {
  const limits = limitsWith({ maxFields: 3, idleTimeoutMs: 0 })
  t.equal(limits.maxFields, 3)
  t.equal(limits.idleTimeoutMs, 0, '0 is a value, not a missing one')
  t.equal(limits.maxHeadBytes, limitTable.maxHeadBytes.default)
  t.equal(limitsWith().maxFields, limitTable.maxFields.default)
  t.end()
})

t.test('three defaults that no other test needs are what the duties say', (t) => {
  const { maxDiscardBytes, maxIdlePerOrigin, maxIdleUpstream } = limitsWith()
  t.strictSame([maxDiscardBytes, maxIdlePerOrigin, maxIdleUpstream], [256 * 1_024, 64, 512])
  t.end()
})
