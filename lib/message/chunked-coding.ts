import type { Outbox } from './outbox.js'

/** Writes content as one chunk (RFC 9112 section 7.1): one for each read, whatever chunks it came in. */
export function writeChunk(out: Outbox, parts: readonly Buffer[], byteLength: number): void {
  if (byteLength === 0) return
  out.text(`${byteLength.toString(16)}\r\n`)
  for (const part of parts) out.bytes(part)
  out.text('\r\n')
}

/** Writes the last chunk and the trailer section, whose lines each end in CRLF. */
export function writeLastChunk(out: Outbox, trailerLines: string): void {
  out.text(`0\r\n${trailerLines}\r\n`)
}
