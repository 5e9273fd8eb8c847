import { downstreamErrors } from './downstream-errors.js'
import type { ErrorRow } from './error-row.js'
import { gatewayErrors } from './gateway-errors.js'
import type { Phase, Side } from './phases.js'
import { upstreamErrors } from './upstream-errors.js'

export type ErrorCode =
  keyof typeof downstreamErrors | keyof typeof upstreamErrors | keyof typeof gatewayErrors

/**
 * The one table of errors, put together from one part a side. The failure answers, the log, the `code`
 * label of connection_errors and the man page all come from it.
 */
export const errorTable: Readonly<Record<ErrorCode, ErrorRow>> = {
  ...withSide(gatewayErrors, 'gateway'),
  ...withSide(downstreamErrors, 'downstream'),
  ...withSide(upstreamErrors, 'upstream'),
}

function withSide<C extends string>(
  rows: Readonly<Record<C, Omit<ErrorRow, 'side'>>>,
  side: Side,
): Record<C, ErrorRow> {
  const sided = {} as Record<C, ErrorRow>
  for (const code of Object.keys(rows) as C[]) sided[code] = { ...rows[code], side }
  return sided
}

interface ErrorOptions {
  /** What exactly was wrong, in words of our own or the name of a system error; never raw input. */
  readonly detail?: string
  /** Where the failure really came up, if not where the table has it. */
  readonly phase?: Phase
  readonly cause?: unknown
}

/** Every failure of a connection or an exchange: a row of the table with its detail and cause. */
export class GatewayError extends Error {
  readonly code: ErrorCode
  readonly phase: Phase
  readonly side: Side
  readonly status: number
  readonly detail: string

  constructor(code: ErrorCode, options: ErrorOptions = {}) {
    const row = errorTable[code]
    super(options.detail ? `${row.happened}: ${options.detail}` : row.happened)
    this.name = 'GatewayError'
    this.code = code
    this.phase = options.phase ?? row.phase
    this.side = row.side
    this.status = row.status
    this.detail = options.detail ?? ''
    if (options.cause !== undefined) this.cause = options.cause
  }
}

/** `error` itself if it is one of ours, else a GatewayError of `code` that keeps it as its cause. */
export function asGatewayError(error: unknown, code: ErrorCode = 'INTERNAL'): GatewayError {
  if (error instanceof GatewayError) return error
  return new GatewayError(code, { detail: detailOf(error), cause: error })
}

/** The name of a system error, else the message of what was thrown. */
function detailOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code } = error as { code?: unknown }
  return typeof code === 'string' ? code : error.message
}
