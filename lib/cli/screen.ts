/** The part of a terminal's stream that a screen needs. */
export interface ScreenStream {
  readonly columns: number
  readonly rows: number
  readonly writableLength: number
  write(text: string): boolean
  on(event: 'resize', listener: () => void): unknown
  off(event: 'resize', listener: () => void): unknown
}

/** What the process is told of that stops it and lets it go on. */
export interface ScreenProcess {
  on(event: NodeJS.Signals | 'exit', listener: () => void): unknown
  off(event: NodeJS.Signals | 'exit', listener: () => void): unknown
  /** Stops the process, as Ctrl-Z does. */
  stop(): void
}

const enter = '\x1b[?1049h\x1b[?25l'
const leave = '\x1b[?25h\x1b[?1049l'
const home = '\x1b[H'
const eraseLine = '\x1b[K'
const eraseBelow = '\x1b[J'

/** A terminal that has not taken this much is too slow for another page. */
const mostPendingBytes = 64 * 1024

const thisProcess: ScreenProcess = {
  on: (event, listener) => process.on(event as 'SIGCONT', listener),
  off: (event, listener) => process.off(event, listener),
  stop: () => process.kill(process.pid, 'SIGSTOP'),
}

/**
 * A whole page on a terminal, on its alternate screen: what stood there before comes back when it is closed, also when
 * the process is stopped (Ctrl-Z) or ends.
 */
export class Screen {
  readonly #stream: ScreenStream
  readonly #process: ScreenProcess
  readonly #redraw: () => void
  #open = false
  readonly #stopped = (): void => {
    this.#stream.write(leave)
    this.#process.stop()
  }
  readonly #continued = (): void => {
    this.#stream.write(enter)
    this.#redraw()
  }
  readonly #left = (): void => this.close()

  /** @param redraw is called when the page has to be drawn anew: the terminal has another size, or was used by others */
  constructor(stream: ScreenStream, redraw: () => void, process: ScreenProcess = thisProcess) {
    this.#stream = stream
    this.#process = process
    this.#redraw = redraw
  }

  get columns(): number {
    return this.#stream.columns
  }

  get rows(): number {
    return this.#stream.rows
  }

  open(): void {
    this.#open = true
    this.#stream.write(enter)
    this.#stream.on('resize', this.#redraw)
    this.#process.on('SIGTSTP', this.#stopped)
    this.#process.on('SIGCONT', this.#continued)
    this.#process.on('exit', this.#left)
  }

  /** Shows `lines` in the place of what was shown before; nothing happens where the terminal is too slow. */
  draw(lines: readonly string[]): void {
    if (!this.#open || this.#stream.writableLength > mostPendingBytes) return
    // No line is erased before it is written: that would flicker.
    this.#stream.write(home + lines.map((line) => `${line}${eraseLine}`).join('\r\n') + eraseBelow)
  }

  close(): void {
    if (!this.#open) return
    this.#open = false
    this.#stream.off('resize', this.#redraw)
    this.#process.off('SIGTSTP', this.#stopped)
    this.#process.off('SIGCONT', this.#continued)
    this.#process.off('exit', this.#left)
    this.#stream.write(leave)
  }
}
