/** The phases of a connection's life, in order. They say where an error belongs. */
export const phases = ['accept', 'parse', 'route', 'forward', 'relay'] as const
export type Phase = (typeof phases)[number]

/** The phases of an exchange, which begins with the first byte of a request. */
export const exchangePhases = ['parse', 'route', 'forward', 'relay'] as const satisfies readonly Phase[]
export type ExchangePhase = (typeof exchangePhases)[number]

/** Who can end an exchange: by its last byte, by going away, or by giving it up. */
export const enders = ['client', 'gateway', 'origin'] as const
export type Ender = (typeof enders)[number]

/** Whose fault an error is: the client's side, the origin's side, or railscale itself. */
export const sides = ['downstream', 'upstream', 'gateway'] as const
export type Side = (typeof sides)[number]

/**
 * The named intervals of an exchange, with the phase in which each begins.
 * Intervals may overlap (`dial` and `body` do, by design), so they are never summed.
 */
export const timings = {
  parse: { phase: 'parse', text: 'first byte of the request to the end of its head' },
  route: { phase: 'route', text: 'matching the routing key against the table' },
  dial: { phase: 'route', text: 'name, TCP and TLS, until the destination is connected' },
  body: { phase: 'forward', text: 'end of the request head to the last byte of the body' },
  wait: { phase: 'relay', text: 'request forwarded to the first byte of the response' },
  relay: { phase: 'relay', text: 'first to last byte of the response given to the client' },
} as const satisfies Record<string, { phase: Phase; text: string }>
export type TimingName = keyof typeof timings
