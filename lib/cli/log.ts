import type { Writable } from 'node:stream'
import type { ExchangeRecord } from '../message/recorder.js'
import { printable } from '../routes/mistake.js'
import { CommandError, exitCodes } from './exit-codes.js'
import { jsonLines } from './json-line.js'
import type { ViewedGateway } from './live-view.js'
import { LineWriter, type LineSink, type PutLine } from './line-writer.js'
import { LogChoice, type ChoiceOptions } from './log-choice.js'
import { LogFile } from './log-file.js'
import { LogTrouble, type TroubleTold } from './log-trouble.js'
import { causeText, notReopenedText, troubleOverText, troubleText } from './log-words.js'
import { openPaint, plain } from './paint.js'
import { prettyLine, type PrettyForm } from './pretty-line.js'
import { eventJson } from './reload-report.js'
import type { Terminal } from './terminal.js'

export type LogForm = 'pretty' | 'json' | 'live' | 'off'

/** What was said of the log. */
export interface LogOptions extends ChoiceOptions {
  /** undefined if nobody has said it. */
  readonly log: LogForm | undefined
  /** Where it is written to; undefined for standard error. */
  readonly logFile: string | undefined
  /** Whether queries are logged. */
  readonly logQuery: boolean
}

/** The log of exchanges. */
export interface ExchangeLog {
  write(record: ExchangeRecord): void
  /** Lines that were dropped because whoever reads or stores them was too slow, or could not. */
  readonly dropped: number
  /** Hands over at once what goes to standard error, so that something else can stand behind it. */
  flush(): void
  /** Opens the file again, where there is one. */
  reopen(): void
  /** The gateway listens, and all that is said at the start has been said. */
  began(gateway: ViewedGateway): void
  /** Says something of the gateway where people look, behind what was logged before. */
  tell(text: string): void
  /** Writes out what is still kept; the wait for that has a bound. There may be no more lines then. */
  end(): Promise<void>
}

/** The view, and beside it lines in a file where there is one. What it needs is loaded only for it. */
async function openLiveLog(options: LogOptions, terminal: Terminal): Promise<ExchangeLog> {
  const { LiveLog } = await import('./live-log.js')
  const live = await LiveLog.open(terminal)
  if (options.logFile !== undefined)
    live.file = await openLog({ ...options, log: 'json' }, terminal, (text) => live.tell(text))
  return live
}

/** How the log gets where it goes. */
interface Destination {
  readonly writer: LineWriter<ExchangeRecord>
  readonly trouble: LogTrouble
  readonly file: LogFile | undefined
}

/** Lines gather so long for a file: nobody sees it, and a write costs as much as some lines. */
const fileGatherMs = 50

/** A disk or a reader that is slower than this at the end gets no more. */
const endWaitMs = 2_000

/**
 * The log in the form and the place asked for; by default pretty for a person and none for anything else.
 * @param say says what is wrong with it; on stderr, if it is left out
 * @throws CommandError if its file cannot be written to, or if there is nothing to do for what was asked
 */
export async function openLog(
  options: LogOptions,
  terminal: Terminal,
  say: (text: string) => void = (text) => void terminal.stderr.write(text),
): Promise<ExchangeLog | undefined> {
  const form = formOf(options, terminal)
  if (form === 'off') return undefined
  if (form === 'live') return openLiveLog(options, terminal)
  const put: PutLine<ExchangeRecord> =
    form === 'json' ? jsonLines(options.logQuery) : await prettyLines(options, terminal)
  const { writer, trouble, file } = await openDestination(form, put, options, terminal, say)
  const choice = new LogChoice(options)
  const flush = (): void => {
    if (file === undefined) writer.flush()
  }
  return {
    write(record) {
      if (choice.takes(record)) writer.write(record)
    },
    get dropped() {
      return trouble.dropped
    },
    flush,
    reopen: () => file?.reopen(),
    began: () => undefined,
    tell(text) {
      flush()
      terminal.stderr.write(text)
    },
    async end() {
      const whole = await writer.end(endWaitMs)
      file?.close()
      trouble.end()
      // A write that never ends would keep the process.
      if (!whole) terminal.leave()
    },
  }
}

function formOf(options: LogOptions, terminal: Terminal): LogForm {
  const { log, logFile } = options
  // Where nobody looks at a page, lines are what is next to it.
  const paged = log === 'live' && terminal.screen !== undefined
  if (log !== undefined && log !== 'live') return log
  if (logFile !== undefined) return paged ? 'live' : 'json'
  if (!paged && (log === 'live' || terminal.interactive)) return 'pretty'
  const asked = askedOfLines(options)
  if (asked === undefined) return paged ? 'live' : 'off'
  throw refusal(`${asked}: there is no log to do it to; add --log json, --log pretty or --log-file FILE`)
}

/** An option that is about lines; undefined if there is none. */
function askedOfLines({ logSample, slowMs, logQuery }: LogOptions): string | undefined {
  if (logSample !== undefined) return '--log-sample'
  if (slowMs !== undefined) return '--slow'
  return logQuery ? '--log-query' : undefined
}

function refusal(sentence: string): CommandError {
  return new CommandError(exitCodes.usage.code, `railscale: ${sentence}`)
}

async function openDestination(
  form: LogForm,
  put: PutLine<ExchangeRecord>,
  { logFile }: LogOptions,
  { stderr }: Terminal,
  tell: (text: string) => void,
): Promise<Destination> {
  if (logFile === undefined) {
    const trouble = new LogTrouble(toldToReader(form, tell))
    return { writer: new LineWriter(streamSink(stderr), trouble, put), trouble, file: undefined }
  }
  const trouble = new LogTrouble(toldOfFile(logFile, tell))
  const file = await openFile(logFile, {
    notReopened: (code) => tell(notReopenedText(logFile, code)),
    torn: () => trouble.lost(1, 'torn'),
  })
  return { writer: new LineWriter(file, trouble, put, fileGatherMs), trouble, file }
}

async function openFile(path: string, told: Parameters<typeof LogFile.open>[1]): Promise<LogFile> {
  try {
    return await LogFile.open(path, told)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw refusal(`--log-file: ${printable(path)} cannot be written to: ${causeText(code ?? message)}`)
  }
}

function toldOfFile(path: string, tell: (text: string) => void): TroubleTold {
  return {
    begun: (code) => tell(troubleText(path, code)),
    over: (lines) => tell(troubleOverText(path, lines)),
  }
}

/** Who does not take lines is told when that is over, in the form of the lines. */
function toldToReader(form: LogForm, tell: (text: string) => void): TroubleTold {
  return {
    begun: () => undefined,
    over: (dropped, code) =>
      tell(form === 'json' ? eventJson('log', { dropped, code }) : troubleOverText('', dropped)),
  }
}

/** A stream puts in order by itself what it is given, and may keep it for longer than `done` says. */
function streamSink(stream: Writable): LineSink {
  return { write: (lines, done) => void stream.write(Buffer.from(lines), done) }
}

async function prettyLines(
  { logFile, logQuery: query }: LogOptions,
  { colours, stderr }: Terminal,
): Promise<PutLine<ExchangeRecord>> {
  if (logFile !== undefined) return putPretty(() => ({ paint: plain, query, columns: Infinity }))
  const paint = await openPaint(colours)
  return putPretty(() => ({ paint, query, columns: columnsOf(stderr) }))
}

function putPretty(form: () => PrettyForm): PutLine<ExchangeRecord> {
  return (record, into) => into.ascii(prettyLine(record, form()))
}

/** A terminal may have become wider or narrower since the line before. */
function columnsOf(stream: Writable & { readonly columns?: number }): number {
  return stream.columns ?? Infinity
}
