/** The part of a socket that text is written to. */
export interface TextSide {
  readonly destroyed: boolean
  write(text: string, encoding: 'latin1'): boolean
}

let sockets: TextSide[] = []
let texts: string[] = []

/**
 * Writes `text` to `socket` at the end of this turn of the event loop, together with all other small
 * writes of the turn. The kernel then wakes the other side once for many writes, not once for each,
 * which is worth a tenth of the CPU time of a small request. Nothing waits for longer than the turn.
 */
export function writeAtEndOfTurn(socket: TextSide, text: string): void {
  if (sockets.length === 0) setImmediate(writeTurn)
  sockets.push(socket)
  texts.push(text)
}

/** Writes what waits for the end of the turn now: before a socket is written to directly, ended or destroyed. */
export function writeTurn(): void {
  if (sockets.length === 0) return
  const to = sockets
  const what = texts
  sockets = []
  texts = []
  for (let i = 0; i < to.length; i++) {
    const socket = to[i] as TextSide
    if (!socket.destroyed) socket.write(what[i] as string, 'latin1')
  }
}
