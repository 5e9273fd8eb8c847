/** How often the parent is looked at; well below the 2 s in which a port should be free again. */
const lookMs = 250

/**
 * Calls `gone` once when the parent process has ended, for a process that npm or npx started. They put a
 * shell in between, and that shell dies of the SIGTERM that they pass on without passing it further.
 * Elsewhere a parent may end before its child on purpose (nohup), so nothing is watched there.
 * @returns ends the watch
 */
export function watchParent(environment: NodeJS.ProcessEnv, gone: () => void): () => void {
  if (environment['npm_lifecycle_event'] === undefined) return () => undefined
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    gone()
  }, lookMs)
  timer.unref()
  return () => clearInterval(timer)
}
