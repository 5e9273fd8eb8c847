import { FieldKind } from '../message/field-names.js'
import type { ResponseHead } from '../message/response-head.js'

/**
 * How long the connection that `head` came over may lie idle, in milliseconds. 0: it ends now; less: it goes on, but
 * may not lie idle.
 * An origin's `Keep-Alive: timeout` is believed less a second, so that we let go first.
 */
export function originKeepMs(head: ResponseHead, upstreamIdleMs: number): number {
  if (!head.persistent || head.framing.kind === 'close') return 0
  const list = head.fields.list(FieldKind.KeepAlive)
  const timeout = list === undefined ? null : /(?:^|[ ,;])timeout=([0-9]{1,6})/i.exec(list)
  if (timeout === null) return upstreamIdleMs || -1
  const keepMs = Math.min(upstreamIdleMs, Number(timeout[1]) * 1_000 - 1_000)
  return keepMs <= 0 ? -1 : keepMs
}
