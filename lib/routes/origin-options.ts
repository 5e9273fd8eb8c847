import { createHash, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { parseCount } from '../core/quantities.js'
import { isHostName } from './host-name.js'
import type { Token } from './lex.js'
import type { Wrong } from './option-values.js'
import type { OriginAddress } from './parse-origin.js'
import type { Origin } from './route.js'
import type { SourceLine } from './routes-file.js'
import { readSideFile, type FileReader } from './side-file.js'

/** An origin whose options are still being read. */
export interface OriginDraft {
  readonly token: Token
  readonly line: SourceLine
  /** undefined where it was reported as wrong. */
  readonly address: OriginAddress | undefined
  readonly options: OriginOptions
  /** The options that it has, by name. */
  readonly given: OriginOption[]
}

/** An option where it stands. */
export interface OriginOption {
  readonly name: string
  readonly token: Token
  readonly line: SourceLine
}

interface OriginOptions {
  weight?: number
  backup?: boolean
  insecure?: boolean
  serverName?: string
  ca?: string
}

/** What a value may need that is not in it. */
interface ValueSource {
  readonly token: Token
  readonly line: SourceLine
  readonly readFile: FileReader
}

interface OriginOptionRow {
  /** What stands behind `=`; undefined for an option that is a word alone. */
  readonly value: string | undefined
  readonly default: string
  readonly text: string
  readonly httpsOnly?: true
  /** @returns what is wrong with `value`, if anything */
  set(options: OriginOptions, value: string, source: ValueSource): Wrong | undefined
}

/** The one table of the options that stand behind an origin; the man page is checked against it. */
export const originOptionTable: Readonly<Record<string, OriginOptionRow>> = {
  weight: {
    value: 'n',
    default: '1',
    text: "the origin's share of the route's requests, from 1 to 1000",
    set(options, value) {
      const weight = parseCount(value)
      if (weight === undefined || weight < 1 || weight > 1_000) return ['a weight goes from 1 to 1000', '']
      options.weight = weight
      return undefined
    },
  },
  backup: {
    value: undefined,
    default: '',
    text: 'the origin serves only while all others cannot be reached',
    set(options) {
      options.backup = true
      return undefined
    },
  },
  tls: {
    value: 'insecure',
    default: '',
    text: 'any certificate of the https origin will do',
    httpsOnly: true,
    set(options, value) {
      if (value !== 'insecure') return [`"${value}" is not known`, 'write tls=insecure, or leave it out']
      options.insecure = true
      return undefined
    },
  },
  sni: {
    value: 'name',
    default: 'the host',
    text: 'the name that the https origin is asked for and that its certificate has to bear',
    httpsOnly: true,
    set(options, value) {
      if (!isHostName(value) || isIP(value) !== 0) return [`"${value}" is no host name`, 'write sni=a.test']
      options.serverName = value.toLowerCase()
      return undefined
    },
  },
  ca: {
    value: 'file',
    default: 'the certificates that Node brings',
    text: 'certificates (PEM) of the authorities that are trusted for the https origin',
    httpsOnly: true,
    set(options, value, { token, line, readFile }) {
      const content = readSideFile(value, token, line, readFile)?.toString('latin1')
      if (content === undefined) return undefined
      const wrong = certificatesMistake(content, value)
      if (wrong === undefined) options.ca = content
      return wrong
    },
  },
}

/** The origin with all its options; undefined where it was reported as wrong. */
export function finishOrigin({ address, options }: OriginDraft): Origin | undefined {
  if (address === undefined) return undefined
  const { weight = 1, backup = false, insecure = false, serverName, ca } = options
  const { scheme, host, port, socketPath } = address
  const place = socketPath === undefined ? `${scheme}://${host}:${port}` : address.text
  // Written out: there may be very many, and a spread is slow.
  if (scheme === 'http' && socketPath === undefined) {
    const { authority, text } = address
    return { scheme, host, port, authority, text, key: place, weight, backup }
  }
  if (scheme === 'http') return { ...address, key: place, weight, backup }
  const trust = ca === undefined ? '' : createHash('sha256').update(ca).digest('hex')
  const key = `${place} ${serverName ?? ''} ${insecure ? 'insecure' : ''} ${trust}`
  return { ...address, key, tls: { serverName, insecure, ca }, weight, backup }
}

const beginning = '-----BEGIN CERTIFICATE-----'
const ending = '-----END CERTIFICATE-----'

function certificatesMistake(pem: string, file: string): Wrong | undefined {
  let count = 0
  for (let from = pem.indexOf(beginning); from !== -1; from = pem.indexOf(beginning, from + 1)) {
    const end = pem.indexOf(ending, from)
    if (end === -1 || !isCertificate(pem.slice(from, end + ending.length))) {
      return [`certificate ${count + 1} of "${file}" cannot be read`, 'it has to be X.509 in the form PEM']
    }
    count++
  }
  return count === 0
    ? [`there is no certificate in "${file}"`, `PEM is expected, which begins ${beginning}`]
    : undefined
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0
  } catch {
    return false
  }
}
