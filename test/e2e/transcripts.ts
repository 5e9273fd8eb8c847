import { setImmediate as turn } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { dechunked, parts, request, response } from '../../fixtures/exchanges.js'
import { startGateway, type TestGateway } from '../../fixtures/gateway.js'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import type { RawPeer } from '../../fixtures/peers/raw-peer.js'
import {
  passageLines,
  plainMessage,
  requestPassage,
  responsePassage,
} from '../../fixtures/transcript-passage.js'
import { readTranscripts, type Transcript } from '../../fixtures/transcripts.js'

for (const [direction, passage] of [
  ['requests', requestPassage],
  ['responses', responsePassage],
] as const) {
  t.test(
    `what goes on of each transcript in fixtures/${direction} is what it says, however it is split`,
    (t) => {
      for (const transcript of readTranscripts(direction)) {
        t.strictSame(passage(transcript).flatMap(passageLines), transcript.passage, transcript.name)
      }
      t.end()
    },
  )
}

type Manner = 'whole' | 'byte by byte'

/** Sends the bytes of a transcript, and its end. */
async function play(peer: RawPeer, { bytes, ended }: Transcript, manner: Manner): Promise<void> {
  if (manner === 'whole') peer.send(bytes)
  else {
    for (const byte of bytes) {
      if (peer.closed) return
      peer.send(Buffer.of(byte))
      await turn()
    }
  }
  if (ended) peer.end()
}

/** Resets `client`, and waits until the gateway has let go of it. */
async function gone({ recorder }: TestGateway, client: RawPeer): Promise<void> {
  client.reset()
  await recorder.until('connection ended', recorder.count('connection started'))
  recorder.errors.length = 0
}

const count = (text: string, part: string): number => text.split(part).length - 1

/** Short waits, so that a client that has ended is not waited for. */
const waits = { halfCloseGraceMs: 20, lingerTimeoutMs: 100 }

/** The status and code of the failure that events end in, as an answer has them. */
function failureIn(events: readonly string[]): readonly string[] | undefined {
  return /^error (\d+) (\w+)$/.exec(events.at(-1) ?? '')?.slice(1)
}

/** How many requests of a transcript a connection takes: none behind one that ends it (RFC 9112 section 9.6). */
function takenRequests({ events }: Transcript): number {
  const last = events.indexOf('closes')
  const taken = last === -1 ? events : events.slice(0, last)
  return taken.filter((event) => event.startsWith('request ')).length
}

/** Answers each request that is expected, once it has arrived to its last byte. */
class ExpectingOrigin {
  expected: readonly string[] = []
  port = 0

  async serve(peer: RawPeer): Promise<void> {
    for (;;) {
      await peer.until(() => this.expected.length > 0 && this.#plain(peer.received) === this.expected[0])
      this.expected = this.expected.slice(1)
      peer.received = ''
      peer.send(response())
    }
  }

  #plain(received: string): string | undefined {
    if (!received.includes('\r\n\r\n')) return undefined
    return plainMessage(received).replace(`Host: 127.0.0.1:${this.port}\r\n`, 'Host: o.test\r\n')
  }
}

for (const manner of ['whole', 'byte by byte'] as const) {
  t.test(`each request transcript reaches an origin, or is refused, as it says: ${manner}`, async (t) => {
    const expecting = new ExpectingOrigin()
    const origin = await RawOrigin.start((peer) => expecting.serve(peer))
    t.teardown(() => origin.close())
    expecting.port = origin.port
    const gateway = await startGateway(t, `* -> 127.0.0.1:${origin.port}`, waits)
    for (const transcript of readTranscripts('requests')) {
      const taken = takenRequests(transcript)
      const answers = requestPassage(transcript).slice(0, taken)
      expecting.expected = answers
      const client = await gateway.connect()
      const played = play(client, transcript, manner)
      const failure = transcript.events.includes('closes') ? undefined : failureIn(transcript.events)
      if (failure !== undefined) await refused(t, gateway, client, failure, transcript.name)
      else
        await client.until(() => count(client.received, 'HTTP/1.1 200 ') === answers.length, transcript.name)
      t.equal(expecting.expected.length, 0, `${transcript.name}: all that was to arrive has`)
      await played
      await gone(gateway, client)
    }
  })
}

/** The last answer tells of the failure, the connection ends in good order, and one error is reported. */
async function refused(
  t: Test,
  { recorder }: TestGateway,
  client: RawPeer,
  [status, code]: readonly string[],
  name: string,
): Promise<void> {
  const answer = await client.untilEnd()
  const { head, body } = parts(answer.slice(answer.search(/HTTP\/1\.1 [45]/)))
  t.match(head, `HTTP/1.1 ${status} `, name)
  t.match(head, '\r\nConnection: close\r\n', name)
  t.match(body, `\ncode    ${code}\n`, name)
  t.equal(client.errorCode, undefined, `${name}: no reset`)
  t.same(
    recorder.errors.map((error) => error.code),
    [code],
    name,
  )
}

const firstAnswer = (messages: readonly string[]): readonly string[] =>
  messages.slice(0, messages.findIndex((message) => !/^HTTP\/1\.1 1/.test(message)) + 1)

for (const manner of ['whole', 'byte by byte'] as const) {
  t.test(`each response transcript reaches a client, or is refused, as it says: ${manner}`, async (t) => {
    let playing: Transcript | undefined
    const origin = await RawOrigin.start(async (peer) => {
      await peer.untilText('\r\n\r\n')
      await play(peer, playing as Transcript, manner)
    })
    t.teardown(() => origin.close())
    const gateway = await startGateway(t, `* -> 127.0.0.1:${origin.port}`, waits)
    for (const transcript of readTranscripts('responses')) {
      playing = transcript
      const client = await gateway.connect()
      client.send(request(`${transcript.answers} / HTTP/1.1`, 'Connection: close'))
      await origin.peer()
      await relayed(t, gateway, client, transcript)
      await gone(gateway, client)
      for (const peer of origin.peers.splice(0)) peer.destroy()
    }
  })
}

/** The client gets what the transcript says of the first response, or sees that it gets less than a whole one. */
async function relayed(
  t: Test,
  { recorder }: TestGateway,
  client: RawPeer,
  transcript: Transcript,
): Promise<void> {
  const { events, name } = transcript
  const end = events.indexOf('complete')
  const failure = end === -1 ? failureIn(events) : undefined
  if (end === -1 && failure === undefined) return
  const answer = await client.untilEnd()
  const codes = recorder.errors.map((error) => error.code)
  if (failure === undefined) t.strictSame(plainAnswer(answer), firstAnswer(responsePassage(transcript)), name)
  else if (plainAnswer(answer).at(-1)?.startsWith('HTTP/1.1 502 ')) t.ok(isWhole(answer, transcript), name)
  else {
    t.ok(/^HTTP\/1\.1 [2-9]/m.test(answer), `${name}: what was sent before it broke is a response`)
    t.notOk(isWhole(answer, transcript), `${name}: and not a whole one`)
  }
  t.strictSame(codes, failure === undefined ? [] : [failure[1]], name)
}

/** The heads of the interim responses in `answer`, and the response, without what the end of the connection adds. */
function plainAnswer(answer: string): string[] {
  const { head, body } = parts(answer)
  if (/^HTTP\/1\.1 1/.test(head)) return [head, ...plainAnswer(body)]
  return [plainMessage(answer).replace('Connection: close\r\n', '')]
}

/** Whether a client would take `answer` for a whole response. */
function isWhole(answer: string, { answers }: Transcript): boolean {
  const { head, body } = parts(plainAnswer(answer).at(-1) ?? '')
  const length = /^Content-Length: (\d+)\r$/m.exec(head)?.[1]
  if (answers === 'HEAD') return body === ''
  if (length !== undefined) return body.length === Number(length)
  return !/^Transfer-Encoding: chunked\r$/m.test(head) || dechunked(body).whole
}
