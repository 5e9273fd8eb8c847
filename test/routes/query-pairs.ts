import t from 'tap'
import { decodedOctets, pairOf, QueryPairs, queryPairs } from '../../lib/routes/query-pairs.js'

for (const [text, decoded] of [
  ['', ''],
  ['a', 'a'],
  ['a+b', 'a b'],
  ['a%2Bb%20c', 'a+b c'],
  ['%c3%BC', '\xc3\xbc'],
  ['%00%ff', '\0\xff'],
  ['%2561', '%61'],
  ['%', '%'],
  ['%4', '%4'],
  ['%zz%41', '%zzA'],
  ['%%41', '%A'],
] as const) {
  t.test(`${JSON.stringify(text)} stands for the octets ${JSON.stringify(decoded)}`, (t) => {
    t.equal(decodedOctets(text), decoded)
    t.end()
  })
}

t.test('a pair is there with its value, and so is its key alone', (t) => {
  const pairs = new QueryPairs('a=1&b&c=&a=2&%64=x+y&e=f=g&&=h')
  for (const [key, value] of [
    ['a', '1'],
    ['a', '2'],
    ['b', ''],
    ['c', ''],
    ['d', 'x y'],
    ['e', 'f=g'],
    ['', 'h'],
  ]) {
    t.ok(pairs.has(pairOf(key as string, value as string)), `${key}=${value}`)
    t.ok(pairs.has(key as string), `the key ${key}`)
  }
  for (const [key, value] of [
    ['a', ''],
    ['a', '3'],
    ['b', '1'],
    ['e', 'f'],
    ['f', 'g'],
    ['1', 'a'],
    ['a=1', ''],
  ]) {
    t.notOk(pairs.has(pairOf(key as string, value as string)), `${key}=${value}`)
  }
  for (const key of ['f', 'x y', 'a=1', '%64']) t.notOk(pairs.has(key), key)
  t.notOk(new QueryPairs('').has(''), 'nothing is in an empty query')
  t.end()
})

t.test('what is decoded to a separator separates nothing', (t) => {
  const pairs = new QueryPairs('a%3Db=c%26d')
  t.ok(pairs.has('a=b'))
  t.ok(pairs.has(pairOf('a=b', 'c&d')))
  t.notOk(pairs.has('a'))
  t.notOk(pairs.has('d'))
  t.end()
})

t.test('the same query is parsed once in a row, and another one is not taken for it', (t) => {
  const pairs = queryPairs('a=1')
  t.equal(queryPairs('a=1'), pairs)
  t.notOk(queryPairs('b=1').has('a'))
  t.ok(queryPairs('a=1').has('a'))
  t.notOk(queryPairs('').has('a'))
  t.notOk(queryPairs(undefined).has('a'), 'no query')
  t.notOk(queryPairs(undefined).has(''))
  t.end()
})

t.test('a query of nothing but separators, escapes or one key again and again takes linear time', (t) => {
  for (const piece of ['&', '=', '%', '+', 'a&', '%41=%42&', '%%%']) {
    t.equal(new QueryPairs(piece.repeat(200_000)).has('none'), false, piece)
  }
  t.end()
})
