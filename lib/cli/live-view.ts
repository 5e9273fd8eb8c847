import type { ExchangeStanding } from '../exchange/exchange-standing.js'
import type { ExchangeRecord } from '../message/recorder.js'
import { livePage } from './live-page.js'
import { LiveTally } from './live-tally.js'
import type { Paint } from './paint.js'
import { Screen, type ScreenProcess, type ScreenStream } from './screen.js'

/** The gateway, as the view sees it. */
export interface ViewedGateway {
  readonly urls: readonly string[]
  readonly exchanges: readonly ExchangeStanding[]
}

const drawMs = 500
/** What was said is said again when the view is closed, as far as it is kept. */
const mostNotices = 200

/** The view of `--log live`: figures and the slowest exchanges on a page that is drawn anew twice a second. */
export class LiveView {
  readonly #stream: ScreenStream
  readonly #screen: Screen
  readonly #paint: Paint
  readonly #version: string
  readonly #tally = new LiveTally()
  readonly #begun = performance.now()
  #notices: string[] = []
  #gateway: ViewedGateway | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(stream: ScreenStream, paint: Paint, version: string, process?: ScreenProcess) {
    this.#stream = stream
    this.#paint = paint
    this.#version = version
    this.#screen = new Screen(stream, () => this.#draw(), process)
  }

  /** Takes the terminal. */
  open(gateway: ViewedGateway): void {
    this.#gateway = gateway
    this.#screen.open()
    this.#draw()
    this.#timer = setInterval(() => this.#draw(), drawMs).unref()
  }

  /** An exchange has ended. */
  write(record: ExchangeRecord): void {
    this.#tally.write(record)
  }

  /** Shows what is said of the gateway; as long as the view is not open it stands on the terminal itself. */
  tell(text: string): void {
    if (this.#timer === undefined) return void this.#stream.write(text)
    const lines = text.split('\n').filter((line) => line !== '')
    this.#notices = [...this.#notices, ...lines].slice(-mostNotices)
    this.#draw()
  }

  /** Gives the terminal back, with what was said meanwhile. */
  close(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#screen.close()
    if (this.#notices.length > 0) this.#stream.write(`${this.#notices.join('\n')}\n`)
    this.#notices = []
  }

  #draw(): void {
    if (this.#gateway === undefined) return
    const { exchanges, urls } = this.#gateway
    const standing = {
      ...{ version: this.#version, urls, upSeconds: (performance.now() - this.#begun) / 1_000 },
      ...{ inFlight: exchanges.length, tunnels: exchanges.filter(({ tunnel }) => tunnel).length },
      notices: this.#notices,
    }
    // Behind a full line the cursor stands on its last character, which would be erased.
    const { columns, rows } = this.#screen
    this.#screen.draw(livePage(this.#tally.figures(), standing, { columns: columns - 1, rows }, this.#paint))
  }
}
