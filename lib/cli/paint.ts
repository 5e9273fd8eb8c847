import type { Terminal } from './terminal.js'

/** What colours text; chalk does so, and `plain` leaves it as it is. */
export interface Paint {
  bold(text: string): string
  dim(text: string): string
  green(text: string): string
  yellow(text: string): string
  red(text: string): string
  cyan(text: string): string
}

/** Colours are asked for by stderr; what is piped to a program has none. */
export function mayColour({ colours, stdout }: Pick<Terminal, 'colours' | 'stdout'>): boolean {
  return colours && (stdout as { isTTY?: boolean }).isTTY === true
}

const asIs = (text: string): string => text

/** No colours at all. */
export const plain: Paint = { bold: asIs, dim: asIs, green: asIs, yellow: asIs, red: asIs, cyan: asIs }

/** chalk takes a while to load, and only colours need it. */
export async function openPaint(colours: boolean): Promise<Paint> {
  if (!colours) return plain
  const { Chalk } = await import('chalk')
  return new Chalk({ level: 1 })
}
