import type { HostPattern } from './route.js'

/** Whether `pattern` takes `host`, on whichever port. A wildcard stands for one label or more. */
export function takesHost(pattern: HostPattern, host: string): boolean {
  if (pattern.kind === 'wildcard') return host.length > pattern.suffix.length && host.endsWith(pattern.suffix)
  return pattern.kind === 'any' || pattern.name === host
}

/** Whether `pattern` takes what comes in on the listener's port `port`; 0 for a listener without one. */
export function takesPort({ listenerPort }: HostPattern, port: number): boolean {
  return listenerPort === undefined || listenerPort === port
}

/** The pattern as it is written, without its port: `a.test`, `*.b.test`, `*` for any host. */
export function hostPatternText(pattern: HostPattern): string {
  if (pattern.kind === 'any') return '*'
  return pattern.kind === 'exact' ? pattern.name : `*${pattern.suffix}`
}
