import t from 'tap'
import { scrapeTroubleText } from '../../lib/cli/scrape-trouble-text.js'
import { scrapeTroubles } from '../../lib/metrics/metric-labels.js'
import { pageName } from '../../lib/metrics/metric-table.js'

t.test('people are told of each trouble in a sentence that says where it is counted', (t) => {
  const texts = scrapeTroubles.map((trouble) => scrapeTroubleText(trouble, false))
  t.equal(new Set(texts).size, texts.length)
  for (const text of texts) {
    t.match(text, /^railscale: the port of the metrics [^\n;]+; this is said once, and counted in \w+\n$/)
    t.ok(text.includes(` ${pageName('scrape_troubles')}\n`))
  }
  t.end()
})

t.test('programs are told of each trouble in a line of JSON', (t) => {
  for (const trouble of scrapeTroubles) {
    const text = scrapeTroubleText(trouble, true)
    t.match(text, /^[^\n]+\n$/)
    t.match(JSON.parse(text), { time: /^\d{4}-/, event: 'metrics', trouble })
  }
  t.end()
})
