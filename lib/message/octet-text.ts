const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** What octets (as latin1 text, a character for each) say to people: UTF-8 where they are that as a whole, else Latin-1. */
export function octetText(latin1: string): string {
  try {
    return utf8.decode(Buffer.from(latin1, 'latin1'))
  } catch {
    return latin1
  }
}
