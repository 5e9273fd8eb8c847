import { readFileSync } from 'node:fs'

/** Descriptors for what is no connection: listeners, pollers, look-ups, logs, the metrics page and its readers. */
const ownFiles = 96

/**
 * How many clients a process can serve that may open `openFiles` files: each may need a connection to an
 * origin, and idle upstream connections are kept besides (at most an eighth of the files is set aside for
 * those). At least 1.
 */
export function connectionsWithin(openFiles: number, maxIdleUpstream: number): number {
  const idle = Math.min(maxIdleUpstream, idleShare(openFiles))
  return Math.max(1, Math.floor((openFiles - ownFiles - idle) / 2))
}

/** How many idle upstream connections may be kept beside `maxConnections` clients with one each. */
export function idleWithin(openFiles: number, maxConnections: number): number {
  return Math.max(idleShare(openFiles), openFiles - ownFiles - 2 * maxConnections)
}

function idleShare(openFiles: number): number {
  return Math.floor(openFiles / 8)
}

/** The number of files that this process may open; Infinity if there is no limit, or none that is known. */
export function openFilesLimit(limitsFile = '/proc/self/limits'): number {
  try {
    return filesOf(/^Max open files +(\S+)/m.exec(readFileSync(limitsFile, 'latin1'))?.[1])
  } catch {
    return reportedLimit()
  }
}

/** Where there is no /proc. */
function reportedLimit(): number {
  const report = process.report as NodeJS.ProcessReport & { excludeNetwork?: boolean }
  const before = report.excludeNetwork
  // Node would look up the names of all peers.
  report.excludeNetwork = true
  try {
    const { userLimits } = report.getReport() as { userLimits?: { open_files?: { soft?: unknown } } }
    return filesOf(userLimits?.open_files?.soft)
  } finally {
    report.excludeNetwork = before ?? false
  }
}

function filesOf(limit: unknown): number {
  const files = Number(limit)
  return Number.isSafeInteger(files) && files > 0 ? files : Infinity
}
