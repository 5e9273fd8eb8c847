import { setImmediate } from 'node:timers/promises'
import { Compilation, type Compiled } from './compilation.js'
import type { RoutesSource } from './routes-file.js'
import { noFiles, type RoutesFiles } from './side-file.js'
import type { Variables } from './variables.js'

export type { Compiled }

/**
 * Compiles routes files into one table, and finds all mistakes in one go; 1000 at most are told.
 * @param variables what ${NAME} stands for where no `set` says so
 * @param files the files that routes name, and sources without text; without it there are none
 */
export function compileRoutes(
  sources: readonly RoutesSource[],
  variables: Variables = {},
  files: RoutesFiles = noFiles,
): Compiled {
  const compilation = new Compilation(variables, files)
  for (const _step of compilation.steps(sources)) continue
  return compilation.result
}

/** In a slice of the event loop's time so long a gateway is hardly slower than without. */
const defaultSliceMs = 4

/**
 * The same beside other work: the event loop turns after each slice.
 * @param sliceMs how long a slice takes, in milliseconds; the longest statement may be longer
 */
export async function compileInSlices(
  sources: readonly RoutesSource[],
  variables: Variables,
  files: RoutesFiles,
  sliceMs = defaultSliceMs,
): Promise<Compiled> {
  const compilation = new Compilation(variables, files)
  const steps = compilation.steps(sources)
  do await setImmediate()
  while (!endsWithin(steps, sliceMs))
  return compilation.result
}

/** Takes steps for `ms` milliseconds. @returns whether there are no more */
function endsWithin(steps: Iterator<void>, ms: number): boolean {
  const end = performance.now() + ms
  while (steps.next().done !== true) if (performance.now() >= end) return false
  return true
}
