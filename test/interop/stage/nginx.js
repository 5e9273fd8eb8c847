// nginx with one worker, in the folder of its test.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { accepting, freePort } from './ports.js'

/**
 * Starts it.
 * @param {import('./stage.js').Stage} stage
 * @param {(place: { port: number, folder: string }) => string} configuration of its http block; the folder is its own
 * @returns {Promise<{ port: number, url: string, folder: string }>}
 */
export async function startNginx(stage, configuration) {
  const port = await freePort()
  const folder = join(stage.folder, `nginx-${port}`)
  mkdirSync(folder)
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join(' ')
  const file = join(folder, 'nginx.conf')
  writeFileSync(
    file,
    `worker_processes 1; daemon off; pid ${folder}/pid; error_log stderr;
user root; events { worker_connections 1024; }
http {
  access_log off; default_type application/octet-stream; sendfile on; ${temporary}
  ${configuration({ port, folder })}
}
`,
  )
  const program = stage.program('nginx', ['-c', file, '-e', 'stderr'])
  await accepting(program, port)
  return { port, url: `http://127.0.0.1:${port}`, folder }
}
