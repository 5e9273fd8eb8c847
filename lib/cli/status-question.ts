import { connect, type Socket } from 'node:net'
import { statusQuestion } from './status-clients.js'
import type { StatusReport } from './status-report.js'

/** What a gateway answers: how it stands, or why that is not known. */
export type StatusAnswer = StatusReport | { readonly trouble: string }

/** Nobody listens on the socket: its gateway has died. */
export const nobody = 'nobody answers'

/** Far more than any answer. */
const maxAnswerLength = 4 * 1024 * 1024

/** So long a gateway may take, however busy it is. */
const answerMs = 3_000

/** Asks the gateway whose status socket is at `path`. */
export function askStatus(path: string, waitMs = answerMs): Promise<StatusAnswer> {
  return new Promise((resolve) => {
    const socket = connect({ path })
    const settle = (answer: StatusAnswer): void => {
      clearTimeout(deadline)
      socket.destroy()
      resolve(answer)
    }
    const deadline = setTimeout(
      () => settle({ trouble: `it does not answer within ${waitMs / 1_000} s` }),
      waitMs,
    )
    socket.on('error', (error) => settle({ trouble: troubleOf(error) }))
    socket.write(statusQuestion)
    collect(socket, settle)
  })
}

function collect(socket: Socket, settle: (answer: StatusAnswer) => void): void {
  let text = ''
  socket.setEncoding('latin1')
  socket.on('data', (more: string) => {
    text += more
    if (text.length > maxAnswerLength) settle({ trouble: 'it answers with too much' })
  })
  socket.on('close', () => settle(answerIn(text)))
  socket.on('end', () => settle(answerIn(text)))
}

function answerIn(text: string): StatusAnswer {
  if (text === '') return { trouble: 'it ended the connection without an answer' }
  try {
    const answer = JSON.parse(text) as StatusReport
    if (answer.protocol === 1 && typeof answer.pid === 'number') return answer
  } catch {
    // It is no JSON.
  }
  return { trouble: 'it answers in a way that this version of railscale does not read' }
}

function troubleOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ECONNREFUSED' || code === 'ENOENT') return nobody
  return code === 'EAGAIN' ? 'too many ask it at the same time' : (code ?? message)
}
