import { asciiJson } from './ascii-json.js'
import { exitCodes } from './exit-codes.js'
import type { GivenOptions } from './given-options.js'
import { mayColour, openPaint } from './paint.js'
import { folderTrouble, statusFolders } from './status-folder.js'
import { askStatus, nobody } from './status-question.js'
import type { StatusReport } from './status-report.js'
import { removeLeftOver, socketsIn, type FoundSocket } from './status-search.js'
import { statusText } from './status-text.js'
import type { Terminal } from './terminal.js'
import { shown } from './text-layout.js'

/** What the gateways of the user answer. */
interface Answers {
  readonly reports: readonly StatusReport[]
  /** What stands in the way of more, a sentence each. */
  readonly troubles: readonly string[]
}

/** So many are asked at a time. */
const askedAtOnce = 32

/**
 * `railscale status`: how the gateways of this user stand, each as it answers on its socket.
 * @returns 0 where one answers, 1 where none does
 * @throws CommandError
 */
export async function statusGiven(
  given: GivenOptions,
  _words: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const pid = given.read('pid', processId)
  const folders = statusFolders(terminal.environment)
  const { reports, troubles } = await answersIn(folders, pid)
  for (const trouble of troubles) terminal.stderr.write(`railscale: ${trouble}\n`)
  if (given.flag('json')) terminal.stdout.write(`${asciiJson(reports, 2)}\n`)
  else if (reports.length > 0) terminal.stdout.write(await textOf(reports, terminal))
  if (reports.length > 0) return exitCodes.fine.code
  terminal.stderr.write(`railscale: ${noneText(folders, pid)}\n`)
  return exitCodes.failed.code
}

function processId(text: string): number {
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text)
  throw new Error(`"${text}" is no process id: write a whole number such as 1234`)
}

/** @param pid of the only process that is asked; undefined: all */
async function answersIn(folders: readonly string[], pid: number | undefined): Promise<Answers> {
  const [reports, troubles]: [StatusReport[], string[]] = [[], []]
  for (const folder of folders) {
    const found = safeSocketsIn(folder, (trouble) => troubles.push(trouble))
    const sockets = found.filter((socket) => pid === undefined || socket.pid === pid)
    for (let i = 0; i < sockets.length; i += askedAtOnce) {
      await askSome(sockets.slice(i, i + askedAtOnce), reports, troubles)
    }
  }
  return { reports: reports.sort((one, other) => other.uptime_seconds - one.uptime_seconds), troubles }
}

/** Others could have put sockets into a folder that is not this user's alone. */
function safeSocketsIn(folder: string, report: (trouble: string) => void): readonly FoundSocket[] {
  try {
    const trouble = folderTrouble(folder)
    if (trouble === '') return socketsIn(folder)
    report(`${shown(trouble)}; nothing in it is asked`)
  } catch (error) {
    report(shown((error as Error).message))
  }
  return []
}

async function askSome(
  sockets: readonly FoundSocket[],
  reports: StatusReport[],
  troubles: string[],
): Promise<void> {
  const answers = await Promise.all(sockets.map(({ path }) => askStatus(path)))
  const leftOver: FoundSocket[] = []
  for (const [i, answer] of answers.entries()) {
    const socket = sockets[i] as FoundSocket
    if (!('trouble' in answer)) reports.push(answer)
    else if (answer.trouble === nobody) leftOver.push(socket)
    else troubles.push(`process ${socket.pid}: ${shown(answer.trouble)}`)
  }
  await removeLeftOver(leftOver)
}

async function textOf(reports: readonly StatusReport[], terminal: Terminal): Promise<string> {
  const paint = await openPaint(mayColour(terminal))
  const onTerminal = (terminal.stdout as { isTTY?: boolean }).isTTY === true
  const look = { paint, columns: onTerminal ? terminal.columns : Infinity, now: Date.now() }
  return reports.map((report) => statusText(report, look)).join('\n')
}

function noneText(folders: readonly string[], pid: number | undefined): string {
  if (folders.length === 0) return 'gateways cannot be asked on this system'
  const places = folders.map((folder) => shown(folder)).join(' and ')
  const who =
    pid === undefined ? 'no gateway of this user answers' : `no gateway with process id ${pid} answers`
  return `${who}; looked in ${places}\nserve starts one; one with --status off is not found`
}
