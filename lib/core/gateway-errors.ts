import type { SidedErrorRow } from './error-row.js'

/** Failures of railscale itself, or of the machine that it runs on. Part of the table of errors. */
export const gatewayErrors = {
  LISTEN_IN_USE: {
    phase: 'accept',
    status: 0,
    proxyStatus: '',
    happened: 'the address is in use by another process',
    remedy: 'stop that process, or give another --listen',
  },
  LISTEN_FAILED: {
    phase: 'accept',
    status: 0,
    proxyStatus: '',
    happened: 'the address cannot be listened on',
    remedy:
      'give an address of this machine and a port that you may open, or a path in a folder that you may write to',
  },
  ACCEPT_FAILED: {
    phase: 'accept',
    status: 0,
    proxyStatus: '',
    happened: 'a connection could not be accepted',
    remedy: 'raise the limit of open files (ulimit -n)',
  },
  STATUS_FAILED: {
    phase: 'accept',
    status: 0,
    proxyStatus: '',
    happened: 'the socket for railscale status cannot be opened',
    remedy:
      'make its folder yours alone and one that you can write to, or leave the socket out with --status off',
  },
  CONNECTION_LIMIT: {
    phase: 'accept',
    status: 503,
    proxyStatus: 'proxy_internal_response',
    happened: 'there are as many client connections as the limit allows',
    remedy: 'try again in a moment, or raise --max-connections',
  },
  BUFFERS_FULL: {
    phase: 'relay',
    status: 503,
    proxyStatus: 'proxy_internal_response',
    happened: 'all connections together buffer more than the limit, and the peer of this one had hardly read',
    remedy: 'look at who reads so slowly, the client or the origin, or raise --max-buffered',
  },
  DRAINED: {
    phase: 'relay',
    status: 503,
    proxyStatus: '',
    happened: 'the gateway stopped before the exchange was complete',
    remedy: 'try again once it runs again; --drain-timeout gives exchanges more time',
  },
  TUNNEL_TIMEOUT: {
    phase: 'relay',
    status: 0,
    proxyStatus: '',
    happened: 'no byte went through a tunnel for too long',
    remedy: 'send a ping now and then, or raise --tunnel-timeout',
  },
  INTERNAL: {
    phase: 'relay',
    status: 500,
    proxyStatus: 'proxy_internal_error',
    happened: 'railscale itself failed',
    remedy: 'report it with the line of the log',
  },
} as const satisfies Record<string, SidedErrorRow>
