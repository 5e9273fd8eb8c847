import type { Route, StaticAnswer } from '../routes/route.js'
import { templateText } from '../routes/template.js'

const shown = 20
const shownOrigins = 3
const shownText = 40

/** The first 20 routes, one a line, as `serve` shows them when it is ready. */
export function routeList(routes: readonly Route[]): string {
  const first = routes.slice(0, shown)
  const width = Math.max(...first.map((route) => route.matchText.length))
  const lines = first.map((route) => `  ${route.matchText.padEnd(width)} -> ${destination(route)}`)
  if (routes.length > shown) lines.push(`  and ${routes.length - shown} more`)
  return `${counted(routes.length)}\n${lines.join('\n')}\n`
}

function destination(route: Route): string {
  const { strip, prefix } = route.options
  const path = strip ? ' strip' : prefix === undefined ? '' : ` prefix=${prefix}`
  return `${goesTo(route)}${path}${route.name === route.matchText ? '' : ` (${route.name})`}`
}

/** Its origins, its answer, or where it redirects to; long ones are cut. */
export function goesTo({ target }: Route): string {
  if (target.kind === 'answer') return `${target.status} ${contentText(target)}`
  if (target.kind === 'redirect') return `${target.status} ${templateText(target.location)}`
  const { origins } = target
  const texts = origins.slice(0, shownOrigins).map(({ text, backup }) => `${text}${backup ? ' backup' : ''}`)
  const more = origins.length - texts.length
  return `${texts.join(', ')}${more === 0 ? '' : ` and ${more} more`}`
}

/** The beginning of a text; what may be none is told by its type. */
function contentText({ contentType, content }: StaticAnswer): string {
  if (!contentType.startsWith('text/plain')) return contentType
  const text = content.toString('utf8', 0, 4 * shownText)
  const first = text.slice(0, shownText).replace(/[\p{Cc}\p{Cf}]/gu, ' ')
  return first.length < text.length ? `"${first}…"` : `"${first}"`
}

function counted(count: number): string {
  return count === 1 ? '1 route' : `${count} routes`
}
