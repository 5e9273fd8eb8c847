import { close, constants, open, write } from 'node:fs'
import { promisify } from 'node:util'
import type { LineSink } from './line-writer.js'

/** Who is told what a log file cannot say by itself. */
export interface LogFileTold {
  /** It could not be opened again, and goes on as it was. */
  notReopened(code: string): void
  /** The end of a line that is in the file of before in part has been dropped. */
  torn(): void
}

type Done = Parameters<LineSink['write']>[1]

/** Only the owner may read it: paths and addresses are nobody else's business. */
const newFileMode = 0o600

/** How long a full pipe is left alone. */
const fullPipeMs = 20

const nothing: Buffer = Buffer.alloc(0)
const newline = 0x0a

/** A file at whose end lines are written, by threads of Node: the event loop never waits for the disk. */
export class LogFile implements LineSink {
  readonly #path: string
  readonly #told: LogFileTold
  #descriptor: number
  /** Another descriptor, which takes the place of the first when no write is under way. */
  #next: number | undefined
  #opening = false
  #openAgain = false
  #closed = false
  /** What is being written, and how much of it is. */
  #bytes = nothing
  #written = 0
  #done: Done | undefined
  #pause: NodeJS.Timeout | undefined
  /** Whether the file ends inside a line. */
  #inLine = false
  /** The end of that line: before anything else it is finished. */
  #rest = nothing

  private constructor(path: string, descriptor: number, told: LogFileTold) {
    this.#path = path
    this.#descriptor = descriptor
    this.#told = told
  }

  /** Opens the file, and makes it if there is none. @throws an error of the system */
  static async open(path: string, told: LogFileTold): Promise<LogFile> {
    return new LogFile(path, await promisify(openAtEnd)(path), told)
  }

  /** One call at a time: the next one when `done` was called. */
  write(lines: Buffer, done: Done): void {
    this.#bytes = this.#rest.length === 0 ? lines : Buffer.concat([this.#rest, lines])
    this.#rest = nothing
    this.#written = 0
    this.#done = done
    this.#go()
  }

  /** Opens the path again, for whoever has renamed the file: what is not written yet goes to the new one. */
  reopen(): void {
    if (this.#opening) {
      this.#openAgain = true
      return
    }
    this.#opening = true
    openAtEnd(this.#path, (error, descriptor) => this.#opened(error, descriptor))
  }

  /** Nothing is written from now on. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    clearTimeout(this.#pause)
    if (this.#next !== undefined) close(this.#next, ignored)
    // While it is being written to its number must not become that of something else.
    if (this.#done === undefined || this.#pause !== undefined) this.#closeDescriptor()
  }

  #opened(error: NodeJS.ErrnoException | null, descriptor: number): void {
    this.#opening = false
    if (error !== null) this.#told.notReopened(error.code ?? error.message)
    else if (this.#closed) close(descriptor, ignored)
    else this.#replaceBy(descriptor)
    if (this.#openAgain) {
      this.#openAgain = false
      this.reopen()
    }
  }

  #replaceBy(descriptor: number): void {
    if (this.#next !== undefined) close(this.#next, ignored)
    this.#next = descriptor
    if (this.#done === undefined) this.#takeNext()
  }

  #takeNext(): void {
    if (this.#next === undefined) return
    this.#closeDescriptor()
    this.#descriptor = this.#next
    this.#next = undefined
    if (this.#rest.length > 0) this.#told.torn()
    this.#rest = nothing
    this.#inLine = false
  }

  #closeDescriptor(): void {
    close(this.#descriptor, ignored)
  }

  #go(): void {
    this.#pause = undefined
    const { length } = this.#bytes
    write(this.#descriptor, this.#bytes, this.#written, length - this.#written, null, (error, written) => {
      this.#wrote(error, written)
    })
  }

  #wrote(error: NodeJS.ErrnoException | null, written = 0): void {
    this.#written += written
    if (written > 0) this.#inLine = this.#bytes[this.#written - 1] !== newline
    if (error?.code === 'EAGAIN' && !this.#closed) this.#pause = setTimeout(() => this.#go(), fullPipeMs)
    else if (error !== null) this.#failed(error)
    else if (written === 0) this.#failed(new Error('nothing was written'))
    else if (this.#written < this.#bytes.length && !this.#closed) this.#go()
    else this.#ended()
  }

  #failed(error: Error): void {
    const from = this.#inLine ? this.#bytes.indexOf(newline, this.#written) + 1 : this.#written
    this.#rest = Buffer.from(this.#bytes.subarray(this.#written, from))
    this.#ended(error, countLines(this.#bytes, from))
  }

  #ended(error?: Error, lost?: number): void {
    const done = this.#done
    this.#done = undefined
    this.#bytes = nothing
    if (this.#closed) this.#closeDescriptor()
    else this.#takeNext()
    done?.(error, lost)
  }
}

/** A pipe that nobody reads is an error rather than a wait. */
function openAtEnd(
  path: string,
  done: (error: NodeJS.ErrnoException | null, descriptor: number) => void,
): void {
  const { O_WRONLY, O_APPEND, O_CREAT, O_NONBLOCK } = constants
  open(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, newFileMode, done)
}

function countLines(bytes: Buffer, from: number): number {
  let count = 0
  for (let at = bytes.indexOf(newline, from); at !== -1; at = bytes.indexOf(newline, at + 1)) count++
  return count
}

function ignored(): void {}
