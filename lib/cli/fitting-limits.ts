import { limitsWith, type Limits } from '../core/limits.js'
import { connectionsWithin, idleWithin } from '../gateway/descriptor-limit.js'

/** The limits in force, and what is to be said about them at the start. */
export interface FittingLimits {
  readonly limits: Limits
  /** A line with its end; '' if there is nothing to say. */
  readonly notice: string
}

/**
 * The defaults with `changes`, and no more client connections than a process that may open `openFiles` can serve;
 * nor more idle upstream connections than fit beside them.
 */
export function fittingLimits(changes: Partial<Limits>, openFiles: number): FittingLimits {
  const asked = limitsWith(changes)
  const maxConnections = Math.min(asked.maxConnections, connectionsWithin(openFiles, asked.maxIdleUpstream))
  const maxIdleUpstream = Math.min(asked.maxIdleUpstream, idleWithin(openFiles, maxConnections))
  const limits = { ...asked, maxConnections, maxIdleUpstream }
  const because = `this process may open ${openFiles} files (ulimit -n)`
  if (maxConnections < asked.maxConnections)
    return { limits, notice: `railscale: at most ${maxConnections} client connections: ${because}\n` }
  // The default is nobody's wish.
  if (changes.maxIdleUpstream !== undefined && maxIdleUpstream < changes.maxIdleUpstream)
    return { limits, notice: `railscale: at most ${maxIdleUpstream} idle upstream connections: ${because}\n` }
  return { limits, notice: '' }
}
