import t from 'tap'
import { isIdempotent, isKnownMethod, knownMethod } from '../../lib/message/methods.js'

t.test('registered methods are known, others are not', (t) => {
  t.ok(isKnownMethod('GET'))
  t.ok(isKnownMethod('M-SEARCH'))
  t.notOk(isKnownMethod('SOURCE'))
  t.notOk(isKnownMethod('get'))
  t.notOk(isKnownMethod(''))
  t.end()
})

t.test('a method is read from the beginning of a request line, whole or not at all', (t) => {
  t.equal(knownMethod('POST /a HTTP/1.1', 4), 'POST')
  t.equal(knownMethod('POST /a HTTP/1.1', 3), undefined)
  t.equal(knownMethod('PROPFIND / HTTP/1.1', 8), 'PROPFIND')
  t.equal(knownMethod('GETS / HTTP/1.1', 4), undefined)
  t.equal(knownMethod('GET', 99), undefined)
  t.end()
})

t.test('RFC 9110 section 9.2.2: POST and PATCH are not idempotent, PUT and DELETE are', (t) => {
  t.notOk(isIdempotent('POST'))
  t.notOk(isIdempotent('PATCH'))
  t.ok(isIdempotent('PUT'))
  t.ok(isIdempotent('DELETE'))
  t.end()
})
