import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { HeadSpans } from './head-spans.js'

/**
 * Our own binding over the WebAssembly module that llhttp-wasm ships. The wrapper of that package
 * loses bytes at split reads and costs four times as much; the module itself is llhttp as it is.
 *
 * All parsers share one instance and one input area: `execute` is synchronous, so there is exactly
 * one message being parsed at a time, and the callbacks only note offsets. They never throw.
 */
interface Exports {
  readonly memory: WebAssembly.Memory
  _initialize(): void
  malloc(size: number): number
  llhttp_alloc(type: number): number
  llhttp_reset(state: number): void
  llhttp_execute(state: number, at: number, length: number): number
  llhttp_get_error_pos(state: number): number
  llhttp_get_error_reason(state: number): number
}

/** The results of llhttp_execute that mean something here. */
export const llhttpResult = {
  ok: 0,
  invalidMethod: 6,
  invalidConstant: 8,
  invalidVersion: 9,
  invalidFieldName: 10,
  paused: 21,
  pausedUpgrade: 22,
  pausedH2Upgrade: 23,
} as const

export type LlhttpState = number
export const llhttpType = { request: 1, response: 2 } as const
export type LlhttpType = (typeof llhttpType)[keyof typeof llhttpType]

/** Bytes that one `execute` takes at most. */
export const maxExecuteBytes = 64 * 1024

/** The module's bytes, as they stand in the package. @throws Error if the package is not the expected one */
export function llhttpModuleBytes(): Buffer {
  const source = readFileSync(createRequire(import.meta.url).resolve('llhttp-wasm'), 'latin1')
  const encoded = /"(AGFzbQ[A-Za-z0-9+/=]+)"/.exec(source)?.[1]
  if (encoded === undefined)
    throw new Error('llhttp-wasm does not hold a WebAssembly module where 1.0.3 has it')
  return Buffer.from(encoded, 'base64')
}

let spans: HeadSpans
let input = 0
/** The module's memory; where that has grown, the view of before has no length any more. */
let view = new Uint8Array(0)

const instance = new WebAssembly.Instance(new WebAssembly.Module(llhttpModuleBytes()), {
  env: {
    wasm_on_message_begin: () => 0,
    wasm_on_url: (_state: number, at: number, length: number) => spans.target(at - input, length),
    wasm_on_status: () => 0,
    wasm_on_header_field: (_state: number, at: number, length: number) => spans.name(at - input, length),
    wasm_on_header_value: (_state: number, at: number, length: number) => spans.value(at - input, length),
    // 2: the head is all that we asked for; stop behind it, whatever follows.
    wasm_on_headers_complete: () => (spans.stopsAtHead ? 2 : 0),
    wasm_on_body: (_state: number, at: number, length: number) => spans.body(at - input, length),
    wasm_on_message_complete: () => llhttpResult.paused,
  },
})
const wasm = instance.exports as unknown as Exports
wasm._initialize()
input = wasm.malloc(maxExecuteBytes)

/** States that no message uses; an idle connection holds none. */
const free: Record<LlhttpType, LlhttpState[]> = { 1: [], 2: [] }
/** How many states there are, in use and free. */
let allocated = 0

/** A fresh state for one message of `type`; give it back with `release`. */
export function take(type: LlhttpType): LlhttpState {
  return free[type].pop() ?? allocate(type)
}

function allocate(type: LlhttpType): LlhttpState {
  allocated++
  return wasm.llhttp_alloc(type)
}

export function release(type: LlhttpType, state: LlhttpState): void {
  wasm.llhttp_reset(state)
  free[type].push(state)
}

/** The number of states that lie ready, for tests that look for what was not given back. */
export function freeStates(type: LlhttpType): number {
  return free[type].length
}

/** The number of states that messages use at present, of all gateways of the process. */
export function takenStates(): number {
  return allocated - free[1].length - free[2].length
}

/**
 * Parses bytes[from, to) (at most maxExecuteBytes) and notes what it finds in `into`, as offsets from `from`.
 * @returns one of llhttpResult, or another error number of llhttp
 */
export function execute(
  state: LlhttpState,
  bytes: Uint8Array,
  from: number,
  to: number,
  into: HeadSpans,
): number {
  if (view.length === 0) view = new Uint8Array(wasm.memory.buffer)
  view.set(from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to), input)
  spans = into
  return wasm.llhttp_execute(state, input, to - from)
}

/** Offset from `from` at which the last `execute` of `state` stopped. */
export function stoppedAt(state: LlhttpState): number {
  return wasm.llhttp_get_error_pos(state) - input
}

/** llhttp's own words for why the last `execute` of `state` failed. */
export function errorReason(state: LlhttpState): string {
  if (view.length === 0) view = new Uint8Array(wasm.memory.buffer)
  const at = wasm.llhttp_get_error_reason(state)
  return Buffer.from(view.subarray(at, view.indexOf(0, at))).toString('latin1')
}
