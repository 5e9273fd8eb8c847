import t from 'tap'
import {
  durationText,
  maxDurationMs,
  parseCount,
  parseDuration,
  parseSize,
  sizeText,
} from '../../lib/core/quantities.js'

for (const [text, ms] of [
  ['0s', 0],
  ['250ms', 250],
  ['3s', 3_000],
  ['1.5s', 1_500],
  ['0.001s', 1],
  ['5m', 300_000],
  ['1h', 3_600_000],
  ['2147483647ms', maxDurationMs],
  ['2147483648ms', undefined],
  ['597h', undefined],
  ['', undefined],
  ['5', undefined],
  ['s', undefined],
  ['-1s', undefined],
  ['+1s', undefined],
  ['1 s', undefined],
  ['1S', undefined],
  ['1d', undefined],
  ['.5s', undefined],
  ['1.s', undefined],
  ['1.0001s', undefined],
  ['1e3s', undefined],
  ['0x1s', undefined],
  ['1s ', undefined],
  ['99999999999s', undefined],
] as const) {
  t.test(`the time ${JSON.stringify(text)} is ${ms} ms`, (t) => {
    t.equal(parseDuration(text), ms)
    t.end()
  })
}

for (const [text, bytes] of [
  ['0', 0],
  ['512', 512],
  ['64k', 65_536],
  ['10m', 10_485_760],
  ['2G', 2_147_483_648],
  ['999999999999999', 999_999_999_999_999],
  ['8388607g', 8_388_607 * 1024 ** 3],
  ['8388608g', undefined],
  ['', undefined],
  ['k', undefined],
  ['-1', undefined],
  ['1.5k', undefined],
  ['10mb', undefined],
  ['10 m', undefined],
  ['1t', undefined],
  ['1000000000000000', undefined],
] as const) {
  t.test(`the size ${JSON.stringify(text)} is ${bytes} bytes`, (t) => {
    t.equal(parseSize(text), bytes)
    t.end()
  })
}

for (const [text, count] of [
  ['0', 0],
  ['007', 7],
  ['999999999999999', 999_999_999_999_999],
  ['1000000000000000', undefined],
  ['', undefined],
  ['-1', undefined],
  ['1.0', undefined],
  ['1e3', undefined],
  ['many', undefined],
] as const) {
  t.test(`the number ${JSON.stringify(text)} is ${count}`, (t) => {
    t.equal(parseCount(text), count)
    t.end()
  })
}

t.test('times and sizes are written in their largest unit, and read back as they were', (t) => {
  for (const [ms, text] of [
    [0, '0ms'],
    [1, '1ms'],
    [1_500, '1500ms'],
    [3_000, '3s'],
    [90_000, '90s'],
    [300_000, '5m'],
    [7_200_000, '2h'],
  ] as const) {
    t.equal(durationText(ms), text)
    t.equal(parseDuration(text), ms)
  }
  for (const [bytes, text] of [
    [0, '0'],
    [512, '512'],
    [1_500, '1500'],
    [65_536, '64k'],
    [10_485_760, '10m'],
    [2_147_483_648, '2g'],
  ] as const) {
    t.equal(sizeText(bytes), text)
    t.equal(parseSize(text), bytes)
  }
  t.end()
})
