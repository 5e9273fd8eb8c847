import type { Socket } from 'node:net'

/** What a client writes to be told how the gateway stands. */
export const statusQuestion = 'status 1\n'

/** Those that are served at a time: beyond it the one goes that has been there longest. */
const maxClients = 16

/** A client has so long to ask and to read the answer. */
const clientMs = 5_000

const notUnderstood = '{"protocol":1,"error":"the question is not understood: write status 1"}\n'

/** The clients of a status socket: each asks once, is answered, and is gone. None of them can hold more than its place. */
export class StatusClients {
  readonly #answer: () => Promise<string>
  readonly #clients = new Set<Socket>()

  /** @param answer one line, with its end */
  constructor(answer: () => Promise<string>) {
    this.#answer = answer
  }

  /** @param socket of a client that has just connected */
  add(socket: Socket): void {
    const [longest] = this.#clients
    if (longest !== undefined && this.#clients.size >= maxClients) longest.destroy()
    this.#clients.add(socket)
    const deadline = setTimeout(() => socket.destroy(), clientMs)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      clearTimeout(deadline)
      this.#clients.delete(socket)
    })
    this.#listen(socket)
  }

  /** Ends all of them. */
  close(): void {
    for (const socket of this.#clients) socket.destroy()
  }

  #listen(socket: Socket): void {
    let asked = ''
    const listen = (bytes: Buffer): void => {
      asked += bytes.toString('latin1', 0, statusQuestion.length)
      if (!asked.includes('\n') && asked.length < statusQuestion.length) return
      socket.off('data', listen).off('end', gone).pause()
      void this.#tell(socket, asked === statusQuestion)
    }
    const gone = (): void => void socket.destroy()
    socket.on('data', listen).on('end', gone)
  }

  async #tell(socket: Socket, understood: boolean): Promise<void> {
    try {
      const answer = understood ? await this.#answer() : notUnderstood
      // What it sent beyond its question is not read any more.
      socket.end(answer, () => socket.destroy())
    } catch {
      socket.destroy()
    }
  }
}
