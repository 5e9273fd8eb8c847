import type { ExchangeRecord } from '../message/recorder.js'
import { LiveView, type ViewedGateway } from './live-view.js'
import { packageVersion } from './package-version.js'
import { openPaint } from './paint.js'
import type { ScreenStream } from './screen.js'
import type { Terminal } from './terminal.js'

/** The log in a file, as far as it is needed here. */
interface FileLog {
  readonly dropped: number
  write(record: ExchangeRecord): void
  flush(): void
  reopen(): void
  end(): Promise<void>
}

/** The log that is a page on the terminal, with the lines in a file beside it where there is one. */
export class LiveLog {
  /** Where each exchange has its line, too. */
  file: FileLog | undefined
  readonly #view: LiveView

  private constructor(view: LiveView) {
    this.#view = view
  }

  static async open(terminal: Terminal): Promise<LiveLog> {
    const paint = await openPaint(terminal.colours)
    return new LiveLog(new LiveView(terminal.screen as ScreenStream, paint, packageVersion()))
  }

  get dropped(): number {
    return this.file?.dropped ?? 0
  }

  write(record: ExchangeRecord): void {
    this.#view.write(record)
    this.file?.write(record)
  }

  began(gateway: ViewedGateway): void {
    this.#view.open(gateway)
  }

  tell(text: string): void {
    this.#view.tell(text)
  }

  flush(): void {
    this.file?.flush()
  }

  reopen(): void {
    this.file?.reopen()
  }

  async end(): Promise<void> {
    await this.file?.end()
    this.#view.close()
  }
}
