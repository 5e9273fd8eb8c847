/** Characters that move a cursor, turn text around or hide: controls, formats, lone surrogates, other line ends. */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/**
 * `text` as a failure answer may hold it: on one line, with U+FFFD for what cannot be seen, and without its
 * middle if it is longer than `max` characters.
 */
export function shownText(text: string, max: number): string {
  return shortened(text, max).replace(invisible, '\u{fffd}')
}

/** `text` without its middle if it is longer than `max` characters. */
export function shortened(text: string, max: number): string {
  if (text.length <= max) return text
  const half = (max - 1) >> 1
  return `${text.slice(0, half)}…${text.slice(-half)}`
}
