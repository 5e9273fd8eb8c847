const durationUnits: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }
const sizeUnits: Readonly<Record<string, number>> = { '': 1, k: 1_024, m: 1_024 ** 2, g: 1_024 ** 3 }

/** Timers of Node take no more, which is a little under 25 days. */
export const maxDurationMs = 2 ** 31 - 1

/** Milliseconds of `250ms`, `3s`, `5m`, `1h`; undefined if `text` is no such time, or longer than a timer can be. */
export function parseDuration(text: string): number | undefined {
  const [, count, unit] = /^([0-9]{1,10}(?:\.[0-9]{1,3})?)(ms|s|m|h)$/.exec(text) ?? []
  if (count === undefined || unit === undefined) return undefined
  const ms = Math.round(Number(count) * (durationUnits[unit] as number))
  return ms > maxDurationMs ? undefined : ms
}

/** Bytes of `512`, `64k`, `10m`, `2g` (powers of 1024); undefined if `text` is no such size. */
export function parseSize(text: string): number | undefined {
  const [, count, unit] = /^([0-9]{1,15})([kmg]?)$/i.exec(text) ?? []
  if (count === undefined || unit === undefined) return undefined
  const bytes = Number(count) * (sizeUnits[unit.toLowerCase()] as number)
  return Number.isSafeInteger(bytes) ? bytes : undefined
}

/** `text` as a plain whole number; undefined if it is none. */
export function parseCount(text: string): number | undefined {
  return /^[0-9]{1,15}$/.test(text) ? Number(text) : undefined
}

/** `ms` as people write it: `250ms`, `3s`, `5m`, `1h`. */
export function durationText(ms: number): string {
  for (const unit of ['h', 'm', 's']) {
    const size = durationUnits[unit] as number
    if (ms > 0 && ms % size === 0) return `${ms / size}${unit}`
  }
  return `${ms}ms`
}

/** `bytes` as people write it: `512`, `64k`, `10m`, `2g`. */
export function sizeText(bytes: number): string {
  for (const unit of ['g', 'm', 'k']) {
    const size = sizeUnits[unit] as number
    if (bytes > 0 && bytes % size === 0) return `${bytes / size}${unit}`
  }
  return String(bytes)
}
