// The 10,000 routes of the case with many: a thousand hosts of ten paths each.

/** What all paths begin with, for the origin. */
export const tablePrefix = '/route-'

export const hosts = Array.from({ length: 1_000 }, (_, i) => `host-${i}.test`)

export const pathsOfHost = Array.from({ length: 10 }, (_, i) => `${tablePrefix}${i}`)

/** As the routes file of railscale. @param {number} originPort */
export function routesFile(originPort) {
  const lines = hosts.flatMap((host) =>
    pathsOfHost.map((path) => `${host}${path} -> 127.0.0.1:${originPort}`),
  )
  return lines.join('\n') + '\n'
}
