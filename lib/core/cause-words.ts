import type { GatewayError } from './errors.js'

/** What the name of a system or TLS error means, said of the origin. */
interface CauseRow {
  /** The end of a sentence about the origin, `it`. */
  readonly words: string
  /** What to do, where the cause tells more than the row of the error table. */
  readonly remedy?: string
  /** What Proxy-Status calls it (RFC 9209 section 2.3), where that is more exact than for the row. */
  readonly proxyStatus?: string
}

const onLaptop = 'on a laptop tls=insecure behind the origin in the routes file will do'
const trustAuthority =
  'write ca=FILE behind the origin in the routes file, FILE being the certificate of that authority as PEM'
const otherName =
  'write sni=NAME behind the origin in the routes file, with a name that the certificate bears'
const plainText = 'write http:// instead of https:// in the routes file, or give the port that speaks TLS'
const socketRights = 'check who may write to the socket file, or what the firewall of this machine rejects'
const moreDescriptors = 'raise the limit of open files (ulimit -n), or lower --max-connections'

const named = (words: string, remedy?: string): CauseRow => row(words, 'dns_error', remedy)
const unroutable = (words: string): CauseRow => row(words, 'destination_ip_unroutable')
const certificate = (words: string, remedy: string): CauseRow => row(words, 'tls_certificate_error', remedy)
const alert = (words: string, remedy?: string): CauseRow => row(words, 'tls_alert_received', remedy)

/** The one table of causes, by the `code` of Node's errors. */
export const causeTable: ReadonlyMap<string, CauseRow> = new Map([
  ['ECONNREFUSED', row('nothing listens there', 'connection_refused')],
  [
    'ENOTFOUND',
    named('there is no such name', 'check the spelling of the host of the origin in the routes file'),
  ],
  [
    'EAI_AGAIN',
    named('the name server did not answer', 'check the network, or write an IP address in the routes file'),
  ],
  ['EAI_FAIL', named('the name server failed')],
  ['ETIMEDOUT', row('the system gave up waiting for it', 'connection_timeout')],
  ['EHOSTUNREACH', unroutable('there is no way to its machine')],
  ['ENETUNREACH', unroutable('there is no way to its network')],
  ['EADDRNOTAVAIL', unroutable('no address or port of this machine is free for it')],
  ['EAFNOSUPPORT', unroutable('this machine does not speak IPv4 or IPv6, as its address is')],
  [
    'ENOENT',
    row(
      'the socket file does not exist',
      'destination_unavailable',
      'start the origin, or check the path of its socket in the routes file',
    ),
  ],
  [
    'ENOTSOCK',
    row(
      'the file is not a socket',
      'destination_unavailable',
      'check the path of the socket in the routes file',
    ),
  ],
  ['EACCES', row('the system forbids the connection', 'destination_unavailable', socketRights)],
  ['EPERM', row('the system forbids the connection', 'destination_unavailable', socketRights)],
  ['EMFILE', row('railscale has no file descriptor left', 'proxy_internal_error', moreDescriptors)],
  ['ENFILE', row('this machine has no file descriptor left', 'proxy_internal_error', moreDescriptors)],
  ['ECONNRESET', row('it broke the connection', 'connection_terminated')],
  ['EPIPE', row('it had closed the connection already', 'connection_terminated')],
  ['ECONNABORTED', row('this machine broke the connection', 'connection_terminated')],
  ['CERT_HAS_EXPIRED', certificate('its certificate has expired', `renew the certificate; ${onLaptop}`)],
  [
    'CERT_NOT_YET_VALID',
    certificate('its certificate is not valid yet', `check the clocks of both machines; ${onLaptop}`),
  ],
  [
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    certificate(
      'its certificate is self-signed',
      'write ca=FILE behind the origin in the routes file, FILE being that certificate as PEM; on a laptop tls=insecure will do',
    ),
  ],
  [
    'SELF_SIGNED_CERT_IN_CHAIN',
    certificate('its certificate comes from a self-signed authority that is not known here', trustAuthority),
  ],
  [
    'UNABLE_TO_GET_ISSUER_CERT',
    certificate('its certificate comes from an authority that is not known here', trustAuthority),
  ],
  [
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    certificate('its certificate comes from an authority that is not known here', trustAuthority),
  ],
  [
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    certificate(
      'its certificate comes without the ones that lead to an authority known here',
      `let the origin send its whole chain, or ${trustAuthority}`,
    ),
  ],
  ['ERR_TLS_CERT_ALTNAME_INVALID', certificate('its certificate is for another name', otherName)],
  ['ERR_SSL_WRONG_VERSION_NUMBER', { words: 'what it sent is plain text, not TLS', remedy: plainText }],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', { words: 'what it sent is plain text, not TLS', remedy: plainText }],
  ['EPROTO', { words: 'what it sent is not TLS', remedy: plainText }],
  [
    'ERR_SSL_UNSUPPORTED_PROTOCOL',
    {
      words: 'it speaks neither TLS 1.2 nor TLS 1.3',
      remedy: 'let the origin speak TLS 1.2 or 1.3; older versions are not taken',
    },
  ],
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', alert('it speaks neither TLS 1.2 nor TLS 1.3')],
  ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', alert('it refused the handshake')],
  ['ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', alert('it refused the handshake')],
  ['ERR_SSL_TLSV1_UNRECOGNIZED_NAME', alert('it does not know the name that it was asked for', otherName)],
  [
    'ERR_SSL_TLSV1_ALERT_UNRECOGNIZED_NAME',
    alert('it does not know the name that it was asked for', otherName),
  ],
  [
    'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
    alert('it wants a certificate of its client, and railscale has none', 'let the origin do without one'),
  ],
])

/** Linux tells no difference between a socket that nobody listens on and a file that is none. */
const refusedBySocketFile: CauseRow = {
  words: 'nothing listens on the socket, or the file is not a socket',
  remedy: 'start the origin; if it runs, check the path of its socket in the routes file',
}

/** What is known of why something failed. */
export interface Cause {
  /** In words, with the name of the system error behind them; '' if nothing is known. */
  readonly text: string
  /** '' where the row of the error table says it all. */
  readonly remedy: string
  readonly proxyStatus: string
}

/** @param origin the text of the origin that was dialled, such as `unix:/run/x.sock`; '' if none was */
export function causeOf(error: GatewayError, origin: string): Cause {
  const name = error.detail
  const known =
    name === 'ECONNREFUSED' && origin.startsWith('unix:') ? refusedBySocketFile : knownCause(error)
  if (known === undefined) return { text: name, remedy: '', proxyStatus: '' }
  return {
    text: `${known.words} (${name})`,
    remedy: known.remedy ?? '',
    proxyStatus: known.proxyStatus ?? '',
  }
}

/** The words speak of the origin, so they are for errors on its side. */
function knownCause(error: GatewayError): CauseRow | undefined {
  return error.side === 'upstream' ? causeTable.get(error.detail) : undefined
}

function row(words: string, proxyStatus: string, remedy?: string): CauseRow {
  return remedy === undefined ? { words, proxyStatus } : { words, proxyStatus, remedy }
}
