import t from 'tap'
import { parseRequestTarget } from '../../lib/message/request-target.js'

const authority = (text: string, host: string): { text: string; host: string } => ({ text, host })

t.test('RFC 9112 section 3.2: the four forms of a target', (t) => {
  for (const [method, target, path, query, named] of [
    ['GET', '/', '/', undefined, undefined],
    ['GET', '/a/b', '/a/b', undefined, undefined],
    ['GET', '/a?', '/a', '', undefined],
    ['GET', '/a?b?c', '/a', 'b?c', undefined],
    ['GET', '//b.test/x', '//b.test/x', undefined, undefined],
    ['GET', '/http://b.test/', '/http://b.test/', undefined, undefined],
    ['OPTIONS', '*', '*', undefined, undefined],
    ['GET', 'http://b.test/x?y', '/x', 'y', authority('b.test', 'b.test')],
    ['GET', 'HTTP://B.test:81', '/', undefined, authority('B.test:81', 'b.test')],
    ['GET', 'http://b.test?y', '/', 'y', authority('b.test', 'b.test')],
    ['GET', 'http://[::1]:80/', '/', undefined, authority('[::1]:80', '[::1]')],
    ['GET', 'http://b.test/http://c.test/', '/http://c.test/', undefined, authority('b.test', 'b.test')],
    ['OPTIONS', 'http://b.test', '*', undefined, authority('b.test', 'b.test')],
    ['OPTIONS', 'http://b.test/', '/', undefined, authority('b.test', 'b.test')],
    ['OPTIONS', 'http://b.test?y', '/', 'y', authority('b.test', 'b.test')],
  ] as const) {
    t.strictSame(parseRequestTarget(target, method), { path, query, authority: named }, `${method} ${target}`)
  }
  t.end()
})

t.test('what is wrong with a target is told', (t) => {
  for (const [target, detail] of [
    ['*', '* goes with OPTIONS only'],
    ['/#', 'it has a fragment'],
    ['http://@/', 'its authority is not host[:port]'],
  ] as const) {
    t.throws(() => parseRequestTarget(target, 'GET'), { code: 'REQUEST_TARGET', detail })
  }
  t.end()
})

t.test('targets that are refused', (t) => {
  for (const [method, target, code] of [
    ['CONNECT', 'b.test:443', 'REQUEST_METHOD_UNKNOWN'],
    ['CONNECT', '/', 'REQUEST_METHOD_UNKNOWN'],
    ['GET', '/a#b', 'REQUEST_TARGET'],
    ['GET', 'http://b.test/#', 'REQUEST_TARGET'],
    ['GET', '*', 'REQUEST_TARGET'],
    ['OPTIONS', '**', 'REQUEST_TARGET'],
    ['GET', '', 'REQUEST_TARGET'],
    ['GET', 'a', 'REQUEST_TARGET'],
    ['GET', 'b.test:80', 'REQUEST_TARGET'],
    ['GET', 'http:/x', 'REQUEST_TARGET'],
    ['GET', '://b.test/', 'REQUEST_TARGET'],
    ['GET', '1http://b.test/', 'REQUEST_TARGET'],
    ['GET', 'ht tp://b.test/', 'REQUEST_TARGET'],
    ['GET', 'http:///x', 'REQUEST_TARGET'],
    ['GET', 'http://', 'REQUEST_TARGET'],
    ['GET', 'http://user@b.test/', 'REQUEST_TARGET'],
    ['GET', 'http://b.test\\@c.test/', 'REQUEST_TARGET'],
    ['GET', 'http://b.test:x/', 'REQUEST_TARGET'],
    ['GET', 'https://b.test/', 'REQUEST_MISDIRECTED'],
    ['GET', 'h+t.t-p://b.test/', 'REQUEST_MISDIRECTED'],
    ['GET', 'ws://user@b.test/', 'REQUEST_MISDIRECTED'],
  ] as const) {
    t.throws(() => parseRequestTarget(target, method), { code }, `${method} ${target}`)
  }
  t.end()
})
