import type { SidedErrorRow } from './error-row.js'

/** Failures of railscale itself, or of the machine that it runs on. Part of the table of errors. */
export const gatewayErrors = {
  LISTEN_IN_USE: {
    phase: 'accept',
    status: 0,
    happened: 'the address is in use by another process',
    remedy: 'stop that process, or give another --listen',
  },
  LISTEN_FAILED: {
    phase: 'accept',
    status: 0,
    happened: 'the address cannot be listened on',
    remedy: 'give an address of this machine and a port that you may open',
  },
  ACCEPT_FAILED: {
    phase: 'accept',
    status: 0,
    happened: 'a connection could not be accepted',
    remedy: 'raise the limit of open files (ulimit -n)',
  },
  CONNECTION_LIMIT: {
    phase: 'accept',
    status: 503,
    happened: 'there are as many client connections as the limit allows',
    remedy: 'try again; raise the connection limit',
  },
  DRAINED: {
    phase: 'relay',
    status: 503,
    happened: 'the gateway stopped before the exchange was complete',
    remedy: 'try again once it runs; raise the drain time',
  },
  INTERNAL: {
    phase: 'relay',
    status: 500,
    happened: 'railscale itself failed',
    remedy: 'report it with the log line',
  },
} as const satisfies Record<string, SidedErrorRow>
