// HAProxy in the folder of its test.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { accepting, freePort } from './ports.js'

/**
 * Starts it.
 * @param {import('./stage.js').Stage} stage
 * @param {(port: number) => string} configuration of what listens on the port and what is behind it
 * @returns {Promise<{ port: number, url: string }>}
 */
export async function startHaproxy(stage, configuration) {
  const port = await freePort()
  const file = join(stage.folder, `haproxy-${port}.cfg`)
  writeFileSync(
    file,
    `global
  nbthread 1
  maxconn 1000
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
  timeout tunnel 1m
${configuration(port)}
`,
  )
  await accepting(stage.program('haproxy', ['-db', '-f', file]), port)
  return { port, url: `http://127.0.0.1:${port}` }
}
