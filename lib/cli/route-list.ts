import { originsOf, type Route } from '../routes/route.js'

const shown = 20

/** The first 20 routes, one a line, as `serve` shows them when it is ready. */
export function routeList(routes: readonly Route[]): string {
  const first = routes.slice(0, shown)
  const width = Math.max(...first.map((route) => route.matchText.length))
  const lines = first.map((route) => `  ${route.matchText.padEnd(width)} -> ${destination(route)}`)
  if (routes.length > shown) lines.push(`  and ${routes.length - shown} more`)
  return `${counted(routes.length)}\n${lines.join('\n')}\n`
}

function destination(route: Route): string {
  const origins = originsOf(route).map((origin) => origin.text).join(' ')
  const strip = route.options.strip ? ' strip' : ''
  return `${origins}${strip}${route.name === route.matchText ? '' : ` (${route.name})`}`
}

function counted(count: number): string {
  return count === 1 ? '1 route' : `${count} routes`
}
