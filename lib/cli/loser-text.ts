import type { Loser } from '../routes/explanation.js'
import type { Paint } from './paint.js'
import { placeText, shown, widthOf } from './text-layout.js'

/** So many routes for other hosts are shown to people. */
const maxElsewhere = 100
const maxName = 60

/** The routes that did not get a request, one a line, in groups: before the winner, after it, for other hosts. */
export function loserLines(losers: readonly Loser[], paint: Paint): string[] {
  const elsewhere = losers.filter(({ failed }) => failed === 'host')
  const here = losers.filter(({ failed }) => failed !== 'host')
  const groups: [string, readonly Loser[]][] = [
    ['asked before it', here.filter(({ before }) => before === true)],
    ['asked after it', here.filter(({ before }) => before === false)],
    ['asked, in this order', here.filter(({ before }) => before === undefined)],
    ['for other hosts', elsewhere.slice(0, maxElsewhere)],
  ]
  const lines = groups.flatMap(([title, group]) => groupLines(title, group, paint))
  const more = elsewhere.length - maxElsewhere
  return more > 0 ? [...lines, `  and ${more} more; --json has them all`] : lines
}

function groupLines(title: string, losers: readonly Loser[], paint: Paint): string[] {
  if (losers.length === 0) return []
  const cells = losers.map(({ route, because }) => {
    return { name: shown(route.name, maxName), place: placeText(route.place), because: shown(because) }
  })
  const nameWidth = widthOf(cells.map(({ name }) => name))
  const placeWidth = widthOf(cells.map(({ place }) => place))
  return [
    '',
    paint.bold(title),
    ...cells.map(({ name, place, because }) => {
      return `  ${name.padEnd(nameWidth)}  ${paint.dim(place.padEnd(placeWidth))}  ${because}`
    }),
  ]
}
