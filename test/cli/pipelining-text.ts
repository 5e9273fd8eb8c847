import t from 'tap'
import { pipeliningStoppedText } from '../../lib/cli/pipelining-text.js'
import { GatewayError } from '../../lib/core/errors.js'

const error = new GatewayError('RESPONSE_FRAMING', { detail: 'bytes\nthat \x1b[31mnobody asked for' })

t.test(
  'people are told of an origin that gets no more pipelined requests in one line, with the reason',
  (t) => {
    const text = pipeliningStoppedText('a.test:80\x1b', error, false)
    t.match(
      text,
      /^railscale: nothing is pipelined to a\.test:80\S* any more, [^\n]+ \(RESPONSE_FRAMING [^\n]+\)\n$/,
    )
    // eslint-disable-next-line no-control-regex -- control characters are what it looks for
    t.notMatch(text, /[\x00-\x09\x0b-\x1f]/)
    t.match(
      pipeliningStoppedText('a:1', new GatewayError('ORIGIN_RESET'), false),
      /\(ORIGIN_RESET, [^\n]+\)\n$/,
    )
    t.end()
  },
)

t.test('programs are told of it in a line of JSON', (t) => {
  const text = pipeliningStoppedText('a.test:80', error, true)
  t.match(text, /^[^\n]+\n$/)
  t.match(JSON.parse(text), {
    time: /^\d{4}-/,
    event: 'pipelining',
    origin: 'a.test:80',
    code: 'RESPONSE_FRAMING',
  })
  t.end()
})
