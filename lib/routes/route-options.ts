import {
  countValue,
  isHostField,
  isWrong,
  pathMistake,
  sizeValue,
  timeValue,
  type Wrong,
} from './option-values.js'
import { limitTable } from '../core/limits.js'
import { durationText } from '../core/quantities.js'
import { addEdit, editForm, refusedField, valueMistake } from './field-edit.js'
import type { FieldEdit, RouteOptions } from './route.js'
import { templateFrom, type Template } from './template.js'

/** One option: how it is written, what it means, and what it sets. */
export interface OptionRow {
  /** What stands behind `=`; undefined for an option that is a word alone. */
  readonly value: string | undefined
  /** In words; '' if there is none. */
  readonly default: string
  readonly text: string
  /** Whether captures may stand in its value. */
  readonly captures?: true
  /** Whether it also makes sense where the gateway answers by itself. */
  readonly answers?: true
  /**
   * @param value as it is written
   * @param template the same, with its captures
   * @returns what is wrong with it, if anything
   */
  set(options: RouteOptions, value: string, template: Template): Wrong | undefined
}

/** With more requests behind a slow one too many would have to start over. */
const maxPipelining = 100

/** The one table of route options; the man page is checked against it. A name with a colon may be given often. */
export const routeOptionTable: Readonly<Record<string, OptionRow>> = {
  name: {
    value: 'word',
    default: 'its match',
    text: "the route's name in logs and answers",
    answers: true,
    set(options, value) {
      if (!/^[\w.-]+$/.test(value)) {
        return ['a name is made of letters, digits, dots, dashes and underscores', '']
      }
      options.name = value
      return undefined
    },
  },
  strip: {
    value: undefined,
    default: '',
    text: 'the matched prefix is removed from the path that goes upstream, the same as prefix=/',
    set(options) {
      options.strip = true
      return undefined
    },
  },
  prefix: {
    value: '/p',
    default: '',
    text: 'the matched prefix is replaced by /p in the path that goes upstream',
    set(options, value, template) {
      const wrong = pathMistake(template.length === 0 ? [''] : template)
      // One way to write it: /p and /p/ are the same.
      if (wrong === undefined) options.prefix = value.replace(/\/+$/, '') || '/'
      return wrong
    },
  },
  path: {
    value: '/p',
    default: '',
    text: 'the whole path that goes upstream; it may have captures, such as /users/${id}',
    captures: true,
    set(options, _value, template) {
      const wrong = pathMistake(template)
      if (wrong === undefined) options.path = template
      return wrong
    },
  },
  host: {
    value: 'keep|origin|name',
    default: 'keep, but origin for https origins',
    text: 'the Host that goes upstream: the one of the request, the one of the origin, or a name',
    set(options, value) {
      if (!isHostField(value)) return [`"${value}" is no host`, 'write host=keep, host=origin or host=a.test']
      options.host = value
      return undefined
    },
  },
  'req:': editRow('req', 'a request on its way up'),
  'res:': editRow('res', 'a response on its way down'),
  connect: timeRow('connectMs', limitTable.connectTimeoutMs.default, 'dial of an origin: name, TCP and TLS'),
  response: timeRow(
    'responseMs',
    limitTable.responseTimeoutMs.default,
    'silence of an origin that owes a response',
  ),
  stall: timeRow(
    'stallMs',
    limitTable.stallTimeoutMs.default,
    'no progress of what a client or an origin is sent',
  ),
  wait: {
    ...numberRow('time|off', orWord('off', 0, waitValue), (options, ms) => (options.waitMs = ms)),
    default: 'off',
    text: 'requests are held for so long while no origin can be reached',
  },
  retry: {
    ...wordRow(['off', 'idempotent'], (options, word) => (options.retry = word)),
    default: 'idempotent',
    text: 'whether an idempotent request is sent once more when its connection died without a word of an answer',
  },
  'max-body': {
    ...numberRow(
      'size|none',
      orWord('none', Infinity, sizeValue),
      (options, bytes) => (options.maxBodyBytes = bytes),
    ),
    default: 'none',
    text: 'a larger request body is refused with 413; 0 allows no body',
  },
  'max-conns': {
    ...numberRow(
      'n|none',
      orWord('none', Infinity, countValue),
      (options, count) => (options.maxConnections = count),
    ),
    default: 'none',
    text: "upstream connections of the route's origins at a time; other requests wait in a bounded queue",
  },
  pipelining: {
    ...numberRow(
      'n|off',
      orWord('off', 0, pipeliningValue),
      (options, depth) => (options.pipelining = depth),
    ),
    default: 'off',
    text: 'up to n requests of several clients wait on one upstream connection, if they are GET or HEAD without body, Cookie, Authorization, Range, Expect and Upgrade; not with retry=off or max-conns=',
  },
  upgrade: {
    ...wordRow(['websocket', 'none', 'any'], (options, word) => (options.upgrade = word)),
    default: 'websocket',
    text: 'which upgrades to other protocols pass',
  },
}

function timeRow(field: 'connectMs' | 'responseMs' | 'stallMs', defaultMs: number, text: string): OptionRow {
  const read = (value: string): number | Wrong => timeValue(value, 'leave it out')
  const row = numberRow('time', read, (options, ms) => (options[field] = ms))
  return { ...row, default: durationText(defaultMs), text }
}

function waitValue(value: string): number | Wrong {
  return timeValue(value, 'write wait=off to hold nothing')
}

function pipeliningValue(value: string): number | Wrong {
  const depth = countValue(value)
  if (isWrong(depth)) return depth
  if (depth >= 2 && depth <= maxPipelining) return depth
  return [
    `"${value}" is no number from 2 to ${maxPipelining}`,
    'write pipelining=off for one request at a time',
  ]
}

/** A word that undoes what the `defaults` of the file say, besides what `read` takes. */
function orWord(word: string, amount: number, read: (text: string) => number | Wrong) {
  return (text: string): number | Wrong => (text === word ? amount : read(text))
}

function numberRow(
  value: string,
  read: (text: string) => number | Wrong,
  take: (options: RouteOptions, amount: number) => void,
): Pick<OptionRow, 'value' | 'set'> {
  return {
    value,
    set(options, text) {
      const amount = read(text)
      if (isWrong(amount)) return amount
      take(options, amount)
      return undefined
    },
  }
}

function wordRow<W extends string>(
  words: readonly W[],
  take: (options: RouteOptions, word: W) => void,
): Pick<OptionRow, 'value' | 'set'> {
  return {
    value: words.join('|'),
    set(options, value) {
      const word = words.find((one) => one === value)
      if (word === undefined) return [`"${value}" is not known`, `it is one of ${words.join(', ')}`]
      take(options, word)
      return undefined
    },
  }
}

function editRow(side: 'req' | 'res', what: string): OptionRow {
  const field = side === 'req' ? 'requestEdits' : 'responseEdits'
  return {
    value: 'Name=value, +Name=value or -Name',
    default: '',
    text: `sets, adds or removes a field of ${what}; the value may have captures`,
    captures: true,
    ...(side === 'res' ? { answers: true } : {}),
    set(options, text, template) {
      const form = editForm(text)
      if (isWrong(form)) return form
      const value = templateFrom(template, form.valueAt)
      const wrong = refusedField(form.name, side) ?? valueMistake(value)
      if (wrong !== undefined) return wrong
      const edit: FieldEdit = { action: form.action, name: form.name, value }
      const edits = (options[field] ??= [])
      if (!addEdit(edit, edits)) return [`${form.name} is set or removed twice`, 'leave one out']
      return undefined
    },
  }
}
