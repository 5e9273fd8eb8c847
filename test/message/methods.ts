import t from 'tap'
import { isIdempotent, isKnownMethod } from '../../lib/message/methods.js'

t.test('registered methods are known, others are not', (t) => {
  t.ok(isKnownMethod('GET'))
  t.ok(isKnownMethod('M-SEARCH'))
  t.notOk(isKnownMethod('SOURCE'))
  t.notOk(isKnownMethod('get'))
  t.end()
})

t.test('RFC 9110 section 9.2.2: POST and PATCH are not idempotent, PUT and DELETE are', (t) => {
  t.notOk(isIdempotent('POST'))
  t.notOk(isIdempotent('PATCH'))
  t.ok(isIdempotent('PUT'))
  t.ok(isIdempotent('DELETE'))
  t.end()
})
