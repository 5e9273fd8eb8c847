import t from 'tap'
import { RecentMap } from '../../lib/upstream/recent-map.js'

t.test('beyond its bound a map forgets what was set longest ago', (t) => {
  const map = new RecentMap<number>(2)
  map.set('a', 1)
  map.set('b', 2)
  t.strictSame([map.get('a'), map.get('b'), map.get('c')], [1, 2, undefined])
  map.set('a', 3)
  map.set('c', 4)
  t.strictSame(
    [map.get('a'), map.get('b'), map.get('c')],
    [3, undefined, 4],
    'setting anew counts, getting does not',
  )
  map.set('d', 5)
  t.strictSame([map.get('a'), map.get('c'), map.get('d')], [undefined, 4, 5])
  t.end()
})
