// A routes file as large as one may become: 50,000 routes over 10,000 hosts, of all kinds.

/** How many routes a host has. */
export const routesOfHost = 5

/** One in so many hosts is a wildcard. */
const wildcardEvery = 10

/** @param {number} i */
export function hostName(i) {
  return i % wildcardEvery === 0 ? `*.tenant-${i}.example.test` : `shop-${i}.example.test`
}

/**
 * @param {number} routes how many, in hosts of five
 * @param {string} probe what the route for probe.test answers
 */
export function manyRoutes(routes, probe = 'probe') {
  const hosts = Math.ceil(routes / routesOfHost)
  const lines = [
    'set ZONE=10.1',
    'defaults connect=3s response=30s',
    `probe.test -> 200 "${probe}" name=probe`,
    '* -> 404 "no such route" name=last',
  ]
  for (let i = 0; i < hosts; i++) lines.push('', `# shop ${i}`, ...hostRoutes(i))
  for (let i = 1; i < hosts; i += 100)
    lines.push(`? GET http://${hostName(i).replace('*', 'a')}/api/v1/x => api-${i}`)
  return `${lines.join('\n')}\n`
}

/** @param {number} i @returns {string[]} */
function hostRoutes(i) {
  const host = hostName(i)
  const origin = `\${ZONE}.${(i >> 8) & 255}.${i & 255}`
  const tenant = host.startsWith('*') ? ' req:X-Tenant=${host.1}' : ''
  return [
    `${host}${' '.repeat(12)} -> ${origin}:8080 name=web-${i}${tenant}`,
    `${host}/api/v1 -> ${origin}:4000 name=api-${i} strip`,
    `POST,PUT ${host}/api/v1/uploads -> ${origin}:4000 name=up-${i} stall=5m max-body=2g`,
    `${host}/users/:id/orders/*$ -> ${origin}:4100 name=orders-${i} path=/orders/\${id}`,
    i % 3 === 0
      ? `${host}/api/v1 query:preview=1 !header:X-Bot -> ${origin}:4002 name=preview-${i}`
      : `${host}/api/v1 header:X-Canary=1\n  -> ${origin}:4001 weight=9\n  -> ${origin}:4003 weight=1\n  name=canary-${i}`,
  ]
}

/**
 * Requests for these routes, in equal parts: such as find a prefix, an exact path or a condition, such as find
 * another method, and such as no host or no path of a host is there for, so that the last route takes them.
 * @param {number} routes
 * @param {number} count
 */
export function manyRequests(routes, count) {
  const hosts = Math.ceil(routes / routesOfHost)
  let state = 1
  const below = (/** @type {number} */ most) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return Math.floor((state / 2 ** 31) * most)
  }
  return Array.from({ length: count }, () => {
    const host = hostName(below(hosts)).replace('*', `customer-${below(1_000)}`)
    const { path, ...others } = requestOf(below(6), below(1_000))
    return {
      host: others.unknown ? `${host}.elsewhere` : host,
      path,
      method: others.method ?? 'GET',
      canary: others.canary,
    }
  })
}

/**
 * @param {number} kind @param {number} number
 * @returns {{ path: string, method?: string, canary?: boolean, unknown?: boolean }}
 */
function requestOf(kind, number) {
  if (kind === 0) return { path: `/assets/app-${number}.js` }
  if (kind === 1) return { path: `/api/v1/things/${number}`, canary: number % 2 === 0 }
  if (kind === 2) return { path: `/users/${number}/orders/${number}` }
  if (kind === 3) return { path: '/api/v1/uploads', method: 'POST' }
  if (kind === 4) return { path: `/api/v1/uploads/${number}`, canary: true }
  return { path: `/${number}`, unknown: true }
}
