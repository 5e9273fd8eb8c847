import { Outbox } from '../message/outbox.js'
import type { RequestHead } from '../message/request-head.js'
import { changedLines, type FieldChange } from '../pipeline/field-changes.js'
import type { RequestSource } from '../pipeline/forwarded-fields.js'
import { keptLines } from '../pipeline/head-slices.js'
import { RequestPipeline, type RequestEdits } from '../pipeline/request-pipeline.js'
import type { Origin, Route } from '../routes/route.js'
import { requestEdits } from './route-edits.js'

/** Who says that a line of a head is as it is. */
export type LineAuthor = 'request' | 'gateway' | 'route'

/** A field line as it leaves, as latin1 text. */
export interface LeavingLine {
  /** `Name: value`. */
  readonly text: string
  readonly author: LineAuthor
}

/** A field line of the request that does not leave, and who takes it out. */
export interface RemovedLine {
  readonly name: string
  readonly author: Exclude<LineAuthor, 'request'>
}

/** The head of a request as an origin gets it, with who made what of it. */
export interface LeavingRequest {
  readonly origin: Origin
  readonly requestLine: string
  /** `route` where the path is another than the one that was sent. */
  readonly targetAuthor: LineAuthor
  readonly lines: readonly LeavingLine[]
  readonly removed: readonly RemovedLine[]
}

/** Stands for the identifier that each request without one is given. */
export const madeRequestId = '<made for each request>'

/** What `origin` gets of the request with `head` by `route`: the very head that is forwarded. */
export function leavingRequest(
  route: Route,
  origin: Origin,
  head: RequestHead,
  source: RequestSource,
): LeavingRequest {
  const edits = requestEdits(route, origin, head)
  const written = new WrittenHead({ ...edits, changes: undefined }, source)
  const { requestLine, lines } = written.write(head)
  const kept = ownedLines(lines, written.kept(head), head, route)
  const changed = changedOwned(kept.lines, edits.changes ?? [])
  return {
    origin,
    requestLine,
    targetAuthor: edits.path === head.path ? 'request' : 'route',
    lines: changed.lines,
    removed: goneFor([...kept.removed, ...changed.removed], changed.lines),
  }
}

/** The pipeline that forwards requests, asked for the text that it writes. */
class WrittenHead extends RequestPipeline {
  constructor(edits: RequestEdits, source: RequestSource) {
    super(new Outbox(), edits, source, madeRequestId)
  }

  write(head: RequestHead): { requestLine: string; lines: string[] } {
    const [requestLine = '', ...lines] = this.head(head).split('\r\n')
    return { requestLine, lines: lines.slice(0, -2) }
  }

  /** The lines of the request that stay, perhaps with another value. */
  kept(head: RequestHead): string[] {
    return linesOf(keptLines(head, this))
  }
}

interface OwnedLines {
  readonly lines: LeavingLine[]
  readonly removed: RemovedLine[]
}

/** @param kept those of `lines` that come from the request; they stand together */
function ownedLines(
  lines: readonly string[],
  kept: readonly string[],
  head: RequestHead,
  route: Route,
): OwnedLines {
  const sent = sentLines(head)
  const from = lines.indexOf(kept[0] ?? '')
  const isKept = (i: number): boolean => from !== -1 && i >= from && i < from + kept.length
  const owned = lines.map((text, i): LeavingLine => {
    const asSent = isKept(i) && takeLine(sent, text)
    return { text, author: asSent ? 'request' : changeAuthor(text, route) }
  })
  return { lines: owned, removed: sent.map((line) => ({ name: nameOf(line), author: 'gateway' })) }
}

function sentLines({ fields }: RequestHead): string[] {
  return Array.from({ length: fields.count }, (_, i) =>
    fields.text.slice(fields.lineStart(i), fields.lineEnd(i)).replace(/\r\n$/, ''),
  )
}

/** Takes the first of `lines` that is `text` out of them. @returns whether there was one */
function takeLine(lines: string[], text: string): boolean {
  const at = lines.indexOf(text)
  if (at !== -1) lines.splice(at, 1)
  return at !== -1
}

/** The options of a route that make lines of their own: `host=`, and `strip` for the prefix that it cuts. */
function changeAuthor(line: string, { options }: Route): LineAuthor {
  const name = nameOf(line).toLowerCase()
  if (name === 'host') return options.host === undefined ? 'gateway' : 'route'
  return name === 'x-forwarded-prefix' ? 'route' : 'gateway'
}

/** `lines` with the changes of the route in them, one after another. */
function changedOwned(lines: readonly LeavingLine[], changes: readonly FieldChange[]): OwnedLines {
  let owned = [...lines]
  const removed: RemovedLine[] = []
  for (const change of changes) {
    const after = linesOf(changedLines(owned.map(({ text }) => `${text}\r\n`).join(''), [change]))
    const added = change.action === 'remove' ? [] : after.splice(-1)
    const left = new Set(after)
    // All lines of a name go, or none.
    const gone = owned.filter(({ text }) => !left.has(text))
    if (change.action === 'remove') {
      removed.push(...gone.map(({ text }): RemovedLine => ({ name: nameOf(text), author: 'route' })))
    }
    owned = owned.filter(({ text }) => left.has(text))
    owned.push(...added.map((text): LeavingLine => ({ text, author: 'route' })))
  }
  return { lines: owned, removed }
}

/** Each name once, without those that leave again in other lines. */
function goneFor(removed: readonly RemovedLine[], lines: readonly LeavingLine[]): RemovedLine[] {
  const seen = new Set(lines.map(({ text }) => nameOf(text).toLowerCase()))
  return removed.filter(({ name }) => {
    const first = !seen.has(name.toLowerCase())
    seen.add(name.toLowerCase())
    return first
  })
}

function linesOf(text: string): string[] {
  return text.split('\r\n').slice(0, -1)
}

function nameOf(line: string): string {
  const colon = line.indexOf(':')
  return colon === -1 ? line : line.slice(0, colon)
}
