/** The part of a socket that text is written to. */
export interface TextSide {
  readonly destroyed: boolean
  write(text: string, encoding: 'latin1'): boolean
}

/** So many writes wait at most: with more of them what they are about falls out of the processor's cache meanwhile. */
const maxWaiting = 64

let sockets: TextSide[] = []
let texts: string[] = []
/** Whether the end of the turn is waited for. */
let awaited = false
let rounds = 0

/** How often what waited has been written: what was to be written while it was less has gone out. */
export function writeRounds(): number {
  return rounds
}

/**
 * Writes `text` to `socket` at the end of this turn of the event loop, together with all other small
 * writes of the turn. The kernel then wakes the other side once for many writes, not once for each,
 * which is worth a tenth of the CPU time of a small request. Nothing waits for longer than the turn.
 */
export function writeAtEndOfTurn(socket: TextSide, text: string): void {
  if (!awaited) setImmediate(endTurn)
  awaited = true
  sockets.push(socket)
  texts.push(text)
  if (sockets.length === maxWaiting) writeTurn()
}

/** Writes what waits for the end of the turn now: before a socket is written to directly, ended or destroyed. */
export function writeTurn(): void {
  rounds++
  if (sockets.length === 0) return
  const to = sockets
  const what = texts
  sockets = []
  texts = []
  for (let i = 0; i < to.length; i++) {
    const socket = to[i] as TextSide
    let text = what[i] as string
    // Requests of several clients that share a connection are one write.
    while (to[i + 1] === socket) text += what[++i] as string
    if (!socket.destroyed) socket.write(text, 'latin1')
  }
}

function endTurn(): void {
  awaited = false
  writeTurn()
}
