import t, { type Test } from 'tap'
import { startGateway, type TestGateway } from '../../fixtures/gateway.js'
import { untilAtRest } from '../../fixtures/left-over.js'
import { PipelinedOrigin, rightAnswer, type Asked } from '../../fixtures/peers/pipelined-origin.js'
import type { RawPeer } from '../../fixtures/peers/raw-peer.js'
import { askAtOnce, clients, given, warm, type Given } from '../../fixtures/pipelining/clients.js'

/** What a client may be given whose response was the broken one. */
type Own = 'right' | 'cut' | 'cut or right' | 'short' | 'broken' | 'none'

interface Fault {
  readonly what: string
  /** What is sent; the connection is silent from then on where it says `over`. */
  readonly act: (asked: Asked) => void
  readonly over?: boolean
  /** What the client of the broken response is given, by its position. */
  readonly own: (position: number) => Own
  /** Whether those behind it get their own answers: not if what is wrong cannot be told from what is right. */
  readonly undetectable?: boolean
  readonly stops?: (position: number) => boolean
}

const send =
  (text: (asked: Asked) => string) =>
  (asked: Asked): void =>
    asked.peer.send(text(asked))

const right = (): Own => 'right'
/** A close after the last answer does no harm. */
const behindIt = (position: number): boolean => position < 3

const faults: readonly Fault[] = [
  { what: 'sends garbage', act: send(() => 'SSH-2.0-OpenSSH_9.6\r\n\r\n'), own: right },
  {
    what: 'ends inside a head',
    act: ({ peer }) => peer.end('HTTP/1.1 200 OK\r\nContent-'),
    over: true,
    own: right,
  },
  { what: 'resets the connection', act: ({ peer }) => peer.reset(), over: true, own: right },
  { what: 'ends the connection', act: ({ peer }) => peer.end(), over: true, own: right },
  { what: 'closes the connection', act: ({ peer }) => peer.destroy(), over: true, own: right },
  {
    what: 'sends bytes that nobody asked for behind its answer',
    act: send((asked) => `${rightAnswer(asked)}\0more\r\n\r\n`),
    own: right,
  },
  {
    what: 'sends an answer twice',
    act: send((asked) => rightAnswer(asked).repeat(2)),
    own: right,
    undetectable: true,
  },
  {
    what: 'sends more than its Content-Length says',
    act: send((asked) => rightAnswer(asked).replace(/Content-Length: \d+/, 'Content-Length: 3')),
    own: () => 'short',
  },
  {
    what: 'sends less than its Content-Length says, and then the next answer',
    act: send((asked) => rightAnswer(asked).replace(/(Content-Length: )\d+/, '$110')),
    own: (position) => (position === 3 ? 'cut' : 'broken'),
    stops: behindIt,
  },
  {
    what: 'sends a chunk whose size is none',
    act: send(() => 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nown \r\nzz\r\n'),
    own: () => 'cut or right',
  },
  {
    what: 'ends inside a chunked response',
    act: ({ peer }) => peer.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nown '),
    over: true,
    own: () => 'cut or right',
  },
  {
    what: 'answers with two lengths',
    act: send((asked) => rightAnswer(asked, 'Content-Length: 3')),
    own: right,
  },
  {
    what: 'announces its close, and closes',
    act: (asked) => asked.peer.end(rightAnswer(asked, 'Connection: close')),
    over: true,
    own: right,
    stops: behindIt,
  },
  {
    what: 'announces its close, and stays',
    act: send((asked) => rightAnswer(asked, 'Connection: close')),
    own: right,
    stops: behindIt,
  },
  {
    what: 'answers with HTTP/1.0',
    act: (asked) => asked.peer.end(rightAnswer(asked).replace('HTTP/1.1', 'HTTP/1.0')),
    over: true,
    own: right,
    stops: behindIt,
  },
  {
    what: 'ends its response with the connection',
    act: (asked) => asked.peer.end(`HTTP/1.1 200 OK\r\n\r\nown ${asked.path}`),
    over: true,
    own: right,
    stops: behindIt,
  },
  {
    what: 'answers no more',
    act: () => undefined,
    over: true,
    own: (position) => (position === 0 ? 'none' : 'right'),
    stops: (position) => position === 1,
  },
  {
    what: 'switches to a protocol that nobody asked for',
    act: send(() => 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'),
    own: right,
  },
  {
    what: 'sends too many interim responses',
    act: send(() => 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(33)),
    own: right,
  },
  {
    what: 'sends too large a head',
    act: send(() => `HTTP/1.1 200 OK\r\nX-A: ${'a'.repeat(70_000)}\r\n\r\n`),
    own: right,
  },
  {
    what: 'sends too many fields',
    act: send(() => `HTTP/1.1 200 OK\r\n${'X-A: a\r\n'.repeat(300)}Content-Length: 0\r\n\r\n`),
    own: right,
  },
]

/** What is wrong with `position` of the first connection only; the others are answered rightly. */
function brokenAt(fault: Fault, position: number): (asked: Asked) => string | undefined {
  return (asked) => {
    if (asked.connection > 0 || asked.position < position) return rightAnswer(asked)
    if (asked.position === position) fault.act(asked)
    else if (!(fault.over ?? false)) return rightAnswer(asked)
    return undefined
  }
}

function checkRight(t: Test, { status, content, whole }: Given, path: string, what: string): void {
  t.strictSame([status, content, whole], [200, `own ${path}`, true], what)
}

function checkOwn(t: Test, own: Own, got: Given, path: string): void {
  if (own === 'right') checkRight(t, got, path, 'the broken one starts over')
  else if (own === 'short') t.match(got, { status: 200, content: 'own', whole: true })
  else if (own === 'broken') t.match(got, { status: 200, content: /^own \/\d/ })
  else if (own === 'none') t.match(got, { status: 504 })
  else if (own === 'cut or right' && got.status === 200 && got.whole)
    checkRight(t, got, path, 'it starts over')
  else t.ok(got.status === 502 || (!got.whole && `own ${path}`.startsWith(got.content)), 'it is cut off')
}

/** Each of four clients asks for something, and has its own answer, which came over a connection of its own. */
async function checkAlone(
  t: Test,
  origin: PipelinedOrigin,
  peers: readonly RawPeer[],
  gateway: TestGateway,
): Promise<void> {
  const before = gateway.recorder.count('pipelined')
  const held: Asked[] = []
  origin.script = (asked) => {
    if (held.push(asked) === 4) for (const one of held) one.peer.send(rightAnswer(one))
    return undefined
  }
  askAtOnce(peers, '/after')
  for (const [i, peer] of peers.entries()) {
    checkRight(t, await given(peer), `/after${i}`, `client ${i} afterwards`)
  }
  const used = peers.flatMap((_, i) => origin.connectionsOf(`/after${i}`))
  t.equal(new Set(used).size, 4, 'a connection each')
  t.equal(gateway.recorder.count('pipelined'), before, 'nothing is pipelined')
}

const limits = { pipelineTimeoutMs: 300, responseTimeoutMs: 1_500 }

async function checkFault(t: Test, fault: Fault, position: number): Promise<void> {
  const origin = await PipelinedOrigin.start(t, brokenAt(fault, position), 4)
  const gateway = await startGateway(t, `* -> 127.0.0.1:${origin.port} name=all pipelining=4`, limits)
  const { recorder } = gateway
  await warm(gateway)
  const peers = await clients(gateway, 4)
  askAtOnce(peers)
  const all = await Promise.all(peers.map((peer) => given(peer)))
  t.strictSame(origin.paths(0).slice(0, 5), ['/warm', '/0', '/1', '/2', '/3'], 'they were pipelined')
  for (const [i, got] of all.entries()) {
    if (i === position) checkOwn(t, fault.own(position), got, `/${i}`)
    else if (i < position || fault.undetectable !== true) checkRight(t, got, `/${i}`, `client ${i}`)
  }
  const stops = fault.stops?.(position) ?? true
  await untilAtRest(gateway.gateway, peers.filter(({ ended, closed }) => !ended && !closed).length)
  const told = recorder.moments.filter((moment) => moment.startsWith('pipelining to '))
  t.equal(told.length, stops ? 1 : 0, 'it is told once')
  t.equal(recorder.exchanges.length, 5, 'each exchange is recorded once')
  if (stops) await checkAlone(t, origin, await clients(gateway, 4), gateway)
}

for (const fault of faults) {
  for (let position = 0; position < 4; position++) {
    t.test(`an origin that ${fault.what} at position ${position} of four`, { timeout: 10_000 }, (t) =>
      checkFault(t, fault, position),
    )
  }
}
