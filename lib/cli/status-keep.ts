import type { GatewayError } from '../core/errors.js'
import type { Recorder } from '../message/recorder.js'
import { eventJson } from './reload-report.js'
import { StatusAnswers } from './status-answers.js'
import { statusFolders } from './status-folder.js'
import { StatusSocket } from './status-socket.js'

/** How often it is looked whether the socket is still in its folder: that of a session goes with the session. */
const lookMs = 30_000

/** What a gateway is asked through, and how trouble with that is told. */
export interface StatusParts {
  readonly environment: NodeJS.ProcessEnv
  /** How the gateway stands now; it is told how late the event loop was. */
  readonly report: (loopDelaySeconds: number) => object
  readonly recorder: Pick<Recorder, 'failed'>
  /** Whether the log is for programs. */
  readonly json: boolean
  /** Takes what is to be said, with its line end. */
  readonly tell: (text: string) => void
}

/** Keeps the status socket of a gateway open. Trouble with it is counted, said once, and ends nothing. */
export class StatusKeep {
  readonly #parts: StatusParts
  readonly #answers: StatusAnswers
  #socket: StatusSocket | undefined
  #timer: NodeJS.Timeout | undefined
  #told = false
  #opening = false
  #closed = false

  private constructor(parts: StatusParts) {
    this.#parts = parts
    this.#answers = new StatusAnswers(parts.report)
  }

  /** Opens the socket, if that is possible. */
  static async open(parts: StatusParts, everyMs = lookMs): Promise<StatusKeep> {
    const keep = new StatusKeep(parts)
    await keep.#open()
    keep.#timer = setInterval(() => void keep.#look(), everyMs).unref()
    return keep
  }

  /** Path of the socket; undefined if there is none. */
  get path(): string | undefined {
    return this.#socket?.path
  }

  close(): void {
    this.#closed = true
    clearInterval(this.#timer)
    this.#socket?.close()
  }

  async #look(): Promise<void> {
    if (this.#opening || this.#socket?.reachable === true) return
    this.#socket?.close()
    this.#socket = undefined
    await this.#open()
  }

  async #open(): Promise<void> {
    const [folder] = statusFolders(this.#parts.environment)
    if (folder === undefined) return
    this.#opening = true
    try {
      const socket = await StatusSocket.open(
        folder,
        () => this.#answers.answer(),
        (error) => this.#failed(error),
      )
      if (this.#closed) socket.close()
      else this.#socket = socket
      this.#told = false
    } catch (error) {
      this.#failed(error as GatewayError)
    } finally {
      this.#opening = false
    }
  }

  #failed(error: GatewayError): void {
    const { recorder, json, tell } = this.#parts
    recorder.failed(error)
    if (this.#told) return
    this.#told = true
    const { code, detail, message } = error
    tell(
      json ? eventJson('status', { error: code, detail }) : `railscale: ${message}; it serves all the same\n`,
    )
  }
}
