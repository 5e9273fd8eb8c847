import type { ExchangeRecord } from '../message/recorder.js'
import { jsonLine, prettyLine, type ExchangeLine } from './exchange-line.js'
import { LineWriter } from './line-writer.js'
import type { Terminal } from './terminal.js'

export type LogForm = 'pretty' | 'json' | 'off'

/** The log of exchanges on stderr. */
export interface ExchangeLog {
  write(record: ExchangeRecord): void
  /** Lines that were dropped because whoever reads them was too slow. */
  readonly dropped: number
  /** Writes what is still kept. */
  flush(): void
}

/** The log in the form asked for; by default pretty for a person and none for anything else. */
export async function openLog(
  form: LogForm | undefined,
  terminal: Terminal,
): Promise<ExchangeLog | undefined> {
  const chosen = form ?? (terminal.interactive ? 'pretty' : 'off')
  if (chosen === 'off') return undefined
  const line = chosen === 'json' ? jsonOnly : await pretty(terminal.colours)
  const writer = new LineWriter(terminal.stderr)
  return {
    write: (record) => writer.write(line(record)),
    flush: () => writer.flush(),
    get dropped() {
      return writer.dropped
    },
  }
}

const jsonOnly: ExchangeLine = (record) => jsonLine(record)

/** chalk takes a while to load, and only this needs it. */
async function pretty(colours: boolean): Promise<ExchangeLine> {
  const { Chalk } = await import('chalk')
  const chalk = new Chalk({ level: colours ? 1 : 0 })
  return (record) => prettyLine(record, chalk)
}
