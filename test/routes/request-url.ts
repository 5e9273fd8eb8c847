import t from 'tap'
import { isWrong } from '../../lib/routes/option-values.js'
import { parseRequestUrl, type RequestUrl } from '../../lib/routes/request-url.js'

t.test('host, port, path and query stand as they are sent', (t) => {
  for (const [url, host, listenerPort, path, query] of [
    ['http://a.test', 'a.test', 80, '/', undefined],
    ['HTTPS://A.Test.', 'a.test', 443, '/', undefined],
    ['http://a.test:8080/x/../%2e?y=%20&z', 'a.test', 8080, '/x/../%2e', 'y=%20&z'],
    ['http://[::1]:1?', '[::1]', 1, '/', ''],
    ['http://127.0.0.1/a?b?c', '127.0.0.1', 80, '/a', 'b?c'],
  ] as const) {
    const { scheme: _scheme, ...rest } = parseRequestUrl(url) as RequestUrl
    t.strictSame(rest, { host, listenerPort, path, query }, url)
  }
  t.end()
})

t.test('what is no URL of a request is told', (t) => {
  for (const [url, message] of [
    ['', '"" is no URL of a request'],
    ['a.test/x', '"a.test/x" is no URL of a request'],
    ['ftp://a.test/', '"ftp://a.test/" is no URL of a request'],
    ['http://', '"" is no host'],
    ['http://me@a.test/', '"me@a.test" is no host'],
    ['http://a..test/', '"a..test" is no host'],
    ['http://a.test:/', '"a.test:" is no host'],
    ['http://a.test:65536/', '65536 is no port'],
    ['http://a.test:0/', '0 is no port'],
    ['http://a.test/#x', 'a request has no fragment'],
    ['http://a.test/x y', 'a URL has ASCII characters only, and no blanks'],
    ['http://a.test/?\n', 'a URL has ASCII characters only, and no blanks'],
    ['http://m\u00fc.test/', '"m\u00fc.test" is no host'],
  ] as const) {
    const wrong = parseRequestUrl(url)
    t.equal(isWrong(wrong) && wrong[0], message, url)
  }
  t.end()
})
