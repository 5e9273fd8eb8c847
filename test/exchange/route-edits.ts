import t from 'tap'
import { shopRoute } from '../../fixtures/failure-reports.js'
import { requestHead } from '../../fixtures/heads.js'
import { fieldChanges, requestEdits, RouteResponseEdits } from '../../lib/exchange/route-edits.js'
import type { FieldEdit, Origin, RouteOptions } from '../../lib/routes/route.js'

const origin: Origin = {
  scheme: 'http',
  host: 'o.test',
  port: 81,
  authority: 'o.test:81',
  text: 'o.test:81',
  key: 'http://o.test:81',
  weight: 1,
  backup: false,
}
const secure: Origin = { ...origin, scheme: 'https', port: 443, authority: 'o.test', text: 'https://o.test' }
const head = requestHead('GET /shop/x?q HTTP/1.1', 'Host: A.test:8080')
const nameless = requestHead('GET /shop/x HTTP/1.0')
const asking = requestHead('GET /shop HTTP/1.1', 'Host: h', 'Connection: upgrade', 'Upgrade: h2c, websocket')
const edits: FieldEdit[] = [
  { action: 'set', name: 'A', value: ['rest is ', { capture: 'rest' }] },
  { action: 'remove', name: 'B', value: [] },
]
const changes = [
  { action: 'set', name: 'A', value: 'rest is /x' },
  { action: 'remove', name: 'B', value: '' },
]

for (const [what, options, request, to, wanted] of [
  ['nothing', {}, head, origin, { path: '/shop/x', prefix: '', host: 'A.test:8080', upgrade: '' }],
  ['nothing, to https', {}, head, secure, { host: 'o.test' }],
  ['nothing, where no host was named', {}, nameless, origin, { host: 'o.test:81' }],
  ['host=keep, to https', { host: 'keep' }, head, secure, { host: 'A.test:8080' }],
  ['host=keep, where no host was named', { host: 'keep' }, nameless, secure, { host: 'o.test' }],
  ['host=origin', { host: 'origin' }, head, origin, { host: 'o.test:81' }],
  ['a name', { host: 'b.test' }, head, secure, { host: 'b.test' }],
  ['strip', { strip: true }, head, origin, { path: '/x', prefix: '/shop' }],
  ['prefix=/y', { prefix: '/y' }, head, origin, { path: '/y/x', prefix: '' }],
  ['path=/z${rest}', { path: ['/z', { capture: 'rest' }] }, head, origin, { path: '/z/x', prefix: '' }],
  ['fields', { requestEdits: edits }, head, origin, { changes }],
  ['fields on the way down', { responseEdits: edits }, head, origin, { changes: undefined }],
  ['an upgrade', {}, asking, origin, { upgrade: 'websocket' }],
  ['upgrade=none', { upgrade: 'none' }, asking, origin, { upgrade: '' }],
  ['upgrade=any', { upgrade: 'any' }, asking, origin, { upgrade: 'h2c, websocket' }],
] as [string, RouteOptions, typeof head, Origin, object][]) {
  t.test(`what a route with ${what} changes in a request`, (t) => {
    const made = requestEdits(shopRoute({ options }), to, request)
    t.strictSame(made, { ...made, ...wanted })
    t.end()
  })
}

t.test('a route without edits has no changes, so that heads are not taken apart', (t) => {
  t.equal(fieldChanges(undefined, shopRoute(), head), undefined)
  t.equal(new RouteResponseEdits(shopRoute(), head).changes, undefined)
  t.equal(requestEdits(shopRoute(), origin, head).changes, undefined)
  t.end()
})

t.test('the changes of a response are known from its request', (t) => {
  const route = shopRoute({ options: { responseEdits: edits, requestEdits: [] } })
  t.strictSame(new RouteResponseEdits(route, head).changes, changes)
  t.end()
})

for (const [options, from, location, returned] of [
  [{ strip: true }, origin, '/y', '/shop/y'],
  [{ strip: true }, origin, 'http://o.test:81/y', '/shop/y'],
  [{ strip: true }, origin, 'http://a.test:8080/y', '/shop/y'],
  [{ strip: true, host: 'origin' }, origin, 'http://a.test:8080/y', undefined],
  [{ strip: true, host: 'b.test' }, origin, 'http://b.test/y', '/shop/y'],
  [{ strip: true }, secure, 'https://o.test/y', '/shop/y'],
  [{ strip: true }, secure, 'http://o.test/y', undefined],
  [{}, origin, 'http://o.test:81/y', '/y'],
  [{}, origin, '/y', undefined],
  [{ strip: true }, undefined, '/y', undefined],
] as [RouteOptions, Origin | undefined, string, string | undefined][]) {
  const where = from === undefined ? 'no origin' : from.text
  t.test(`with ${JSON.stringify(options)}, ${location} from ${where} is turned to ${returned}`, (t) => {
    const response = new RouteResponseEdits(shopRoute({ options }), head)
    response.origin = from
    t.equal(response.location(location), returned)
    t.end()
  })
}

t.test('a location is read against the origin that answered, which may be the second one', (t) => {
  const response = new RouteResponseEdits(shopRoute({ options: { strip: true } }), head)
  response.origin = { ...origin, authority: 'first.test', host: 'first.test' }
  t.equal(response.location('http://o.test:81/y'), undefined)
  response.origin = origin
  t.equal(response.location('http://o.test:81/y'), '/shop/y')
  t.end()
})
