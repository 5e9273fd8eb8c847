import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import t from 'tap'
import { BuiltCommand } from '../../fixtures/built-command.js'

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

t.test(
  'npm start: the curl commands that the demo prints are answered, and a signal ends all of it',
  async (t) => {
    const port = await freePort()
    const demo = new BuiltCommand(t, 'fixtures/demo/start.js', [String(port)])
    await demo.port()
    const urls = [...demo.output.matchAll(/^ {2}curl .*(http:\S+)$/gm)].map((match) => match[1] as string)
    t.ok(urls.length >= 6)
    for (const url of urls) {
      const isEcho = url.endsWith('/echo')
      const response = await fetch(url, isEcho ? { method: 'POST', body: 'some text' } : {})
      const text = await response.text()
      t.equal(response.status, 200, url)
      if (isEcho) t.equal(text, 'some text')
    }
    demo.child.kill('SIGINT')
    t.equal(await demo.ended, 0)
  },
)
