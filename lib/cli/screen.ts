import { readFileSync } from 'node:fs'

/** The part of a terminal's stream that a screen needs. */
export interface ScreenStream {
  readonly isTTY?: boolean
  readonly columns: number
  readonly rows: number
  readonly writableLength: number
  write(text: string): boolean
  on(event: 'resize', listener: () => void): unknown
  off(event: 'resize', listener: () => void): unknown
}

/** What the process is told of that takes the terminal from it. */
export interface ScreenProcess {
  on(event: NodeJS.Signals | 'exit', listener: () => void): unknown
  off(event: NodeJS.Signals | 'exit', listener: () => void): unknown
  /** Does what the system does with a signal that nobody listens to. */
  raise(signal: NodeJS.Signals): void
  /** Whether the terminal belongs to this process, and not to a shell that has it in the background. */
  inForeground(): boolean
}

const enter = '\x1b[?1049h\x1b[?25l'
const leave = '\x1b[?25h\x1b[?1049l'
const home = '\x1b[H'
const eraseLine = '\x1b[K'
const eraseBelow = '\x1b[J'

/** A terminal that has not taken this much is too slow for another page. */
const mostPendingBytes = 64 * 1024
/** How often it is looked whether the terminal is ours again. */
const lookMs = 1_000
/** What is taken for the size of a terminal that does not tell it. */
const usual = { columns: 80, rows: 24 }

const thisProcess: ScreenProcess = {
  on: (event, listener) => process.on(event as 'SIGCONT', listener),
  off: (event, listener) => process.off(event, listener),
  raise: (signal) => process.kill(process.pid, signal),
  inForeground,
}

/**
 * A whole page on a terminal, on its alternate screen: what stood there before comes back when it is closed, also when
 * the process is stopped (Ctrl-Z) or ends. In the background it leaves the terminal to others.
 */
export class Screen {
  readonly #stream: ScreenStream
  readonly #process: ScreenProcess
  readonly #redraw: () => void
  #open = false
  #shown = false
  #look: NodeJS.Timeout | undefined
  /** The system decides whether that stops the process; it goes on here in either case. */
  readonly #stopped = (): void => {
    this.#giveBack()
    this.#process.off('SIGTSTP', this.#stopped)
    this.#process.raise('SIGTSTP')
    setImmediate(() => {
      if (!this.#open) return
      this.#process.on('SIGTSTP', this.#stopped)
      this.#take()
    })
  }
  readonly #quit = (): void => {
    this.close()
    this.#process.raise('SIGQUIT')
  }
  readonly #left = (): void => this.close()

  /** @param redraw is called when the page has to be drawn anew: the terminal has another size, or was used by others */
  constructor(stream: ScreenStream, redraw: () => void, process: ScreenProcess = thisProcess) {
    this.#stream = stream
    this.#process = process
    this.#redraw = redraw
  }

  get columns(): number {
    return this.#stream.columns || usual.columns
  }

  get rows(): number {
    return this.#stream.rows || usual.rows
  }

  open(): void {
    this.#open = true
    this.#stream.on('resize', this.#redraw)
    this.#process.on('SIGTSTP', this.#stopped)
    this.#process.on('SIGQUIT', this.#quit)
    this.#process.on('exit', this.#left)
    this.#take()
  }

  /** Shows `lines` in the place of what was shown before; nothing happens where the terminal is too slow, or not ours. */
  draw(lines: readonly string[]): void {
    if (!this.#shown || this.#stream.writableLength > mostPendingBytes) return
    // No line is erased before it is written: that would flicker.
    this.#stream.write(home + lines.map((line) => `${line}${eraseLine}`).join('\r\n') + eraseBelow)
  }

  close(): void {
    if (!this.#open) return
    this.#open = false
    this.#stream.off('resize', this.#redraw)
    this.#process.off('SIGTSTP', this.#stopped)
    this.#process.off('SIGQUIT', this.#quit)
    this.#process.off('exit', this.#left)
    this.#giveBack()
  }

  #take(): void {
    if (this.#stream.isTTY === true && !this.#process.inForeground()) {
      this.#look = setTimeout(() => this.#take(), lookMs).unref()
      return
    }
    this.#shown = true
    this.#stream.write(enter)
    this.#redraw()
  }

  #giveBack(): void {
    clearTimeout(this.#look)
    if (this.#shown) this.#stream.write(leave)
    this.#shown = false
  }
}

/** proc(5): the process group is the third field behind the name, the one that has the terminal the sixth. */
function inForeground(): boolean {
  try {
    const text = readFileSync('/proc/self/stat', 'latin1')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return fields[2] === fields[5]
  } catch {
    return true
  }
}
