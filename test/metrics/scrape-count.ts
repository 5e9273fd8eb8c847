import t from 'tap'
import { scrapeTroubles } from '../../lib/metrics/metric-labels.js'
import { MetricSet } from '../../lib/metrics/metric-set.js'
import { ScrapeCount } from '../../lib/metrics/scrape-count.js'

t.test('every trouble is counted from zero, and told once', (t) => {
  const metrics = new MetricSet()
  const told: string[] = []
  const count = new ScrapeCount(metrics, (trouble) => told.push(trouble))
  const values = () =>
    metrics
      .seriesOf('scrape_troubles')
      .map(({ labels, numbers }) => [labels.trouble, (numbers as { value: number }).value])
  t.strictSame(
    values(),
    scrapeTroubles.map((trouble) => [trouble, 0]),
  )
  for (const times of [1, 2, 3]) {
    for (const trouble of scrapeTroubles) count.trouble(trouble)
    t.strictSame(
      values(),
      scrapeTroubles.map((trouble) => [trouble, times]),
    )
    t.strictSame(told, scrapeTroubles)
  }
  t.end()
})
