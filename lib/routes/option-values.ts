import { parseCount, parseDuration, parseSize } from '../core/quantities.js'
import { isBracketedIPv6, isHostName } from './host-name.js'
import { normalPath } from './normal-path.js'
import type { Capture, Template } from './template.js'

/** What is wrong with a value, and what to write instead ('' if the first says it). */
export type Wrong = readonly [message: string, help: string]

/** Milliseconds of a time, which is not 0. @param without what to do instead of writing 0 */
export function timeValue(value: string, without: string): number | Wrong {
  const ms = parseDuration(value)
  if (ms === undefined) return [`"${value}" is no time`, 'write 250ms, 3s, 5m or 1h; 24 days at most']
  return ms === 0 ? ['a time of 0 is none', without] : ms
}

/** Bytes of a size; 0 is one. */
export function sizeValue(value: string): number | Wrong {
  return parseSize(value) ?? [`"${value}" is no size`, 'write bytes as 512, 64k, 10m or 2g']
}

/** A whole number from 1 on. */
export function countValue(value: string): number | Wrong {
  const count = parseCount(value)
  return count === undefined || count === 0 ? [`"${value}" is no number from 1 on`, ''] : count
}

export function isWrong<T>(value: T | Wrong): value is Wrong {
  return Array.isArray(value)
}

const hostPort = /^(\[[^\]]*\]|[^:]*)(?::([0-9]{1,5}))?$/

/** Whether `text` can stand in a Host field: `host[:port]`. */
export function isHostField(text: string): boolean {
  const [, host = '', port = '1'] = hostPort.exec(text) ?? []
  return (isHostName(host) || isBracketedIPv6(host)) && Number(port) >= 1 && Number(port) <= 65_535
}

const pathCharacters = /^(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*$/

/** What keeps `path` from being sent to an origin in place of another; it may have captures. */
export function pathMistake(path: Template): Wrong | undefined {
  // A capture is part of a segment; ${rest} is empty or begins with a slash of its own.
  const text = path.map((part) => (typeof part === 'string' ? part : standIn(part))).join('')
  if (!text.startsWith('/')) return ['a path begins with a slash', 'write it as /base']
  if (text.includes('?')) {
    return ['a path has no query', 'the query of a request goes upstream with it anyway']
  }
  if (text.startsWith('//') && path[0] !== '/') return ['a path begins with one slash', 'write it as /base']
  if (text.includes('#')) return ['a path has no fragment', 'leave out what begins with #']
  if (/\/\.{1,2}(?:\/|$)/.test(normalPath(text))) {
    return ['a path has no dot segments', 'write the path they lead to']
  }
  return pathCharacters.test(text) ? undefined : [`"${text}" is no path`, 'encode other characters as %XX']
}

function standIn({ capture }: Capture): string {
  if (capture === 'query') return '?'
  return capture === 'rest' ? '/x' : 'x'
}
