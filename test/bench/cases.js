// What is asked for. Each case is one way to call wrk.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * @typedef {object} BenchCase
 * @property {string} name
 * @property {string} text
 * @property {number} connections
 * @property {string} path
 * @property {string} script Lua for wrk; '' for a plain GET
 */

const browserFields = `
wrk.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
wrk.headers["Accept"] = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
wrk.headers["Accept-Language"] = "en-US,en;q=0.5"
wrk.headers["Accept-Encoding"] = "gzip, deflate, br, zstd"
wrk.headers["Referer"] = "http://app.localhost:8080/start"
wrk.headers["Cookie"] = "session=0123456789abcdef0123456789abcdef; theme=dark; seen=1"
wrk.headers["DNT"] = "1"
wrk.headers["Upgrade-Insecure-Requests"] = "1"
wrk.headers["Sec-Fetch-Dest"] = "document"
wrk.headers["Sec-Fetch-Mode"] = "navigate"
wrk.headers["Sec-Fetch-Site"] = "same-origin"
wrk.headers["Priority"] = "u=0, i"
wrk.headers["Cache-Control"] = "no-cache"
`
const post = `
wrk.method = "POST"
wrk.body = string.rep("x", 16384)
wrk.headers["Content-Type"] = "application/octet-stream"
`

/** @type {readonly BenchCase[]} */
export const cases = [
  { name: 'small', text: 'GET, 13 bytes', connections: 64, path: '/', script: '' },
  { name: 'many', text: 'GET, 13 bytes, 512 connections', connections: 512, path: '/', script: '' },
  {
    name: 'browser',
    text: 'GET with the fields of a browser',
    connections: 64,
    path: '/',
    script: browserFields,
  },
  { name: 'post', text: 'POST of 16 KiB', connections: 64, path: '/post', script: post },
  { name: '64k', text: 'GET, 64 KiB', connections: 64, path: '/64k', script: '' },
  { name: '1m', text: 'GET, 1 MiB', connections: 16, path: '/1m', script: '' },
]

/**
 * The arguments of wrk for a case.
 * @param {BenchCase} one
 * @param {number} seconds
 * @param {number} port
 * @param {string} folder where scripts are written
 */
export function wrkArguments(one, seconds, port, folder) {
  const args = ['-t1', `-c${one.connections}`, `-d${seconds}s`, '--latency']
  if (one.script !== '') {
    const file = join(folder, `${one.name}.lua`)
    writeFileSync(file, one.script)
    args.push('-s', file)
  }
  return [...args, `http://127.0.0.1:${port}${one.path}`]
}
