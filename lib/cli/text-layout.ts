import { shownText } from '../exchange/shown-text.js'
import { octetText } from '../message/octet-text.js'
import type { Place } from '../routes/mistake.js'
import type { Paint } from './paint.js'

/** A line with a label in front of it. */
export type Row = readonly [label: string, text: string]

const maxLabel = 44
const maxText = 240

/** `text` as a terminal may be given it: on one line, without control characters, shortened in its middle. */
export function shown(text: string, max = maxText): string {
  return shownText(text, max)
}

/** What is on the wire, as a terminal may be given it. */
export function shownOctets(latin1: string, max = maxText): string {
  return shown(octetText(latin1), max)
}

/** `routes.txt:7`, or the name of the file where there is no line. */
export function placeText({ file, line }: Place): string {
  return line === 0 ? shown(file) : `${shown(file)}:${line}`
}

/** Lines in which the texts stand below each other. */
export function rows(all: readonly Row[], paint: Paint): string[] {
  const width = widthOf(all.map(([label]) => label))
  return all.map(([label, text]) => `  ${paint.dim(label.padEnd(width))}  ${text}`.trimEnd())
}

/** The width of a column that holds `texts`; what is longer than most sticks out. */
export function widthOf(texts: readonly string[]): number {
  let width = 0
  for (const { length } of texts) if (length > width && length <= maxLabel) width = length
  return width
}
