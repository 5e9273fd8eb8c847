import type { ScrapeTrouble } from '../metrics/metric-labels.js'
import { eventJson } from './reload-report.js'

const sentences: Readonly<Record<ScrapeTrouble, string>> = {
  malformed: 'was sent what is no HTTP request',
  slow: 'gave up a client that sent no whole request, or did not take its page, in time',
  gone: 'lost a client before it had its page',
  limit: 'refused a client, since too many are connected',
  accept: 'could not accept a connection',
  failed: 'could not make its page',
}

/**
 * What is said of trouble at the port of the metrics, with its line end.
 * @param json whether the log is for programs
 */
export function scrapeTroubleText(trouble: ScrapeTrouble, json: boolean): string {
  if (json) return eventJson('metrics', { trouble })
  return `railscale: the port of the metrics ${sentences[trouble]}; this is said once, and counted in railscale_scrape_troubles_total\n`
}
