import t from 'tap'
import { httpDate } from '../../lib/message/http-date.js'

/** httpDate() at `time`, in milliseconds since 1970. */
function dateAt(time: number): string {
  const now = Date.now
  Date.now = () => time
  try {
    return httpDate()
  } finally {
    Date.now = now
  }
}

t.test('RFC 9110 section 5.6.7: an IMF-fixdate, the same for a whole second', (t) => {
  const example = Date.UTC(1994, 10, 6, 8, 49, 37)
  t.equal(dateAt(example), 'Sun, 06 Nov 1994 08:49:37 GMT')
  t.equal(dateAt(example + 999), 'Sun, 06 Nov 1994 08:49:37 GMT')
  t.equal(dateAt(example + 1_000), 'Sun, 06 Nov 1994 08:49:38 GMT')
  t.equal(dateAt(example - 1), 'Sun, 06 Nov 1994 08:49:36 GMT', 'also when the clock is set back')
  t.end()
})
