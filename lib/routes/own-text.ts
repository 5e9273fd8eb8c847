/**
 * A copy of `text`, which is ASCII. What was cut out of a file goes on leading there: whoever compares it reads in the
 * midst of the file, and as long as it is kept, the file is.
 */
export function ownText(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1')
}
