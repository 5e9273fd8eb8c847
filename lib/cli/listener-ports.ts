import type { ListenAddress } from '../gateway/listen-address.js'
import { countMistakes, formatMistake, type Mistake } from '../routes/mistake.js'
import type { ListenerPort } from '../routes/route-table.js'
import { CommandError, exitCodes } from './exit-codes.js'

/**
 * Nobody listens on a port that a route is bound to: people mean the port in the Host field. Where port 0 is
 * listened on, which port that will be is not known yet, and nothing is checked.
 * @throws CommandError with the place of each such route
 */
export function checkAsked(wanted: readonly ListenerPort[], listen: readonly ListenAddress[]): void {
  const ports = listen.flatMap((address) => ('path' in address ? [] : [address.port]))
  if (!ports.includes(0)) checkOpened(wanted, ports)
}

/** The same once it is known which `ports` are listened on. @throws CommandError */
export function checkOpened(wanted: readonly ListenerPort[], ports: readonly number[]): void {
  const mistakes = unheardPorts(wanted, ports)
  if (mistakes.length === 0) return
  const text = mistakes.map((mistake) => `${formatMistake(mistake)}\n`).join('')
  throw new CommandError(exitCodes.usage.code, `${text}${countMistakes(mistakes)}`)
}

/** A mistake for each of `wanted` that is not among the `ports` that are listened on. */
export function unheardPorts(wanted: readonly ListenerPort[], ports: readonly number[]): readonly Mistake[] {
  return wanted.filter(({ port }) => !ports.includes(port)).map(unheard)
}

function unheard({ port, route }: ListenerPort): Mistake {
  return {
    severity: 'error',
    place: route.place,
    lineText: route.lineText ?? '',
    message: `the route is bound to port ${port}, on which nothing listens`,
    help: `add --listen ${port}, or leave the port out: the port in a Host field takes no part`,
  }
}
