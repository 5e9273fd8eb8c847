/** The forms that a failure answer can have, in the order of our own preference. */
const mediaTypes = {
  text: 'text/plain',
  json: 'application/json',
  problem: 'application/problem+json',
  html: 'text/html',
} as const

export type FailureForm = keyof typeof mediaTypes

const forms = Object.keys(mediaTypes) as FailureForm[]

/** A media range and its weight, from 0 to 1. */
interface MediaRange {
  /** Lower case, without parameters. */
  readonly type: string
  readonly weight: number
}

/** How much a client wants a form: by weight, then how exactly it was named, then how early. */
interface Wish {
  readonly form: FailureForm
  readonly weight: number
  readonly exactness: number
  readonly position: number
}

/** No browser sends as much, in characters and in elements; the rest is not read, so that it costs nothing. */
const maxReadLength = 1024
const maxRead = 32

/**
 * The form that a client wants most (RFC 9110 section 12.5.1). Parameters of media ranges other than the
 * weight are passed over: a client that names a charset wants the form all the same.
 * @param accept the value of Accept; undefined if there was none
 * @returns text if nothing was asked for, or nothing that there is
 */
export function acceptedForm(accept: string | undefined): FailureForm {
  if (accept === undefined) return 'text'
  const elements = split(readable(accept), ',').filter((element) => element !== '')
  const ranges = elements.slice(0, maxRead).map(mediaRange)
  const wishes = forms.map((form) => wishFor(form, ranges)).filter(({ weight }) => weight > 0)
  wishes.sort((a, b) => b.weight - a.weight || b.exactness - a.exactness || a.position - b.position)
  return wishes[0]?.form ?? 'text'
}

function readable(accept: string): string {
  if (accept.length <= maxReadLength) return accept
  return accept.slice(0, Math.max(0, accept.lastIndexOf(',', maxReadLength)))
}

/** The most exact range that takes `form` decides, whatever its weight. */
function wishFor(form: FailureForm, ranges: readonly MediaRange[]): Wish {
  let wish: Wish = { form, weight: 0, exactness: -1, position: 0 }
  for (const [position, { type, weight }] of ranges.entries()) {
    const exactness = exactnessOf(type, mediaTypes[form])
    if (exactness > wish.exactness) wish = { form, weight, exactness, position }
  }
  return wish
}

function exactnessOf(range: string, type: string): number {
  if (range === type) return 2
  if (range === `${type.slice(0, type.indexOf('/'))}/*`) return 1
  return range === '*/*' ? 0 : -1
}

/** A range whose weight cannot be read takes nothing. */
function mediaRange(text: string): MediaRange {
  const [type = '', ...parameters] = split(text, ';')
  const weight = parameters.find((one) => /^q=/i.test(one))
  const value = weight === undefined ? 1 : Number(weight.slice(2))
  return value >= 0 && value <= 1 ? { type: type.toLowerCase(), weight: value } : { type: '', weight: 0 }
}

/** Cuts `text` at each `separator` outside of quoted strings, in one pass. */
function split(text: string, separator: string): string[] {
  const parts: string[] = []
  let quoted = false
  let from = 0
  for (let i = 0; i < text.length; i++) {
    const char = text[i]
    if (quoted && char === '\\') i++
    else if (char === '"') quoted = !quoted
    else if (!quoted && char === separator) {
      parts.push(text.slice(from, i).trim())
      from = i + 1
    }
  }
  parts.push(text.slice(from).trim())
  return parts
}
