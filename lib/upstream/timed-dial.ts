import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { asGatewayError, type GatewayError } from '../core/errors.js'
import type { DialAddress } from './dial-address.js'
import { DialSteps } from './dial-steps.js'
import type { Dialler } from './dial.js'

/** What came of a dial, step by step. Times in milliseconds, undefined for a step that was not needed or not done. */
export interface TimedDial {
  /** Why it failed; undefined if the origin answers. */
  readonly error: GatewayError | undefined
  /** The address that was reached, such as `[::1]:3000`, or the path of the socket; '' if none was. */
  readonly address: string
  readonly nameMs: number | undefined
  /** From the known address to the connected socket; of a unix socket likewise. */
  readonly tcpMs: number | undefined
  readonly tlsMs: number | undefined
  /** When the certificate of the origin expires; undefined without TLS. */
  readonly certificateEnds: Date | undefined
}

/**
 * Dials `to` as a gateway does, and closes the connection once it is there; nothing is sent over it. It never
 * rejects.
 * @param timeoutMs for the name look-up, TCP and TLS together
 */
export async function timedDial(dialler: Dialler, to: DialAddress, timeoutMs: number): Promise<TimedDial> {
  const steps = new ShownDial(to)
  let error: GatewayError | undefined
  try {
    const destination = await dialler.dial(to, timeoutMs, steps).connected
    destination.destroy()
  } catch (reason) {
    error = asGatewayError(reason)
  }
  const { address, nameMs, tcpMs, tlsMs, certificateEnds } = steps
  return { error, address, nameMs, tcpMs, tlsMs, certificateEnds }
}

class ShownDial extends DialSteps {
  address = ''
  certificateEnds: Date | undefined
  readonly #to: DialAddress

  constructor(to: DialAddress) {
    super()
    this.#to = to
  }

  override connected(socket: Socket): void {
    super.connected(socket)
    this.address = this.#to.socketPath ?? addressOf(socket)
  }

  override secured(socket: Socket): void {
    super.secured(socket)
    this.certificateEnds = endOfCertificate(socket as TLSSocket)
  }
}

/** There is none once the socket is closed. */
function endOfCertificate(socket: TLSSocket): Date | undefined {
  const certificate = socket.getPeerCertificate() as { valid_to?: string } | null
  return certificate?.valid_to === undefined ? undefined : new Date(certificate.valid_to)
}

function addressOf({ remoteAddress, remotePort }: Socket): string {
  if (remoteAddress === undefined) return ''
  return remoteAddress.includes(':') ? `[${remoteAddress}]:${remotePort}` : `${remoteAddress}:${remotePort}`
}
