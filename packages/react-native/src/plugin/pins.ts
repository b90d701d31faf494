import { invalid, list, record, refuse, text } from './checks.ts'

/** Keys that the app's servers must show one of (RFC 7469 §2.4), and until when the list is to be believed. */
export interface CertificatePins {
  /**
   * `YYYY-MM-DD`, UTC: the last day on which the pins hold. From the next day on the app reaches the pinned hosts no
   * more, until it is updated: pins that expire never open.
   */
  readonly expires: string
  /** A build with fewer days left than this is refused. 1 to 1000, default 30. */
  readonly minimumDays?: number
  /** Every host that is pinned, each once. Subdomains are hosts of their own. */
  readonly hosts: readonly PinnedHost[]
}

/** A host and its keys. */
export interface PinnedHost {
  /** A name of the DNS in ASCII: `api.bank.example`. */
  readonly host: string
  /**
   * SHA-256 of the SubjectPublicKeyInfo of certificates, base64 (44 characters). At least two: the key in use, and a
   * backup whose private half is kept elsewhere.
   */
  readonly keys: readonly string[]
  /** Whose keys they are: the server's own (default), or those of authorities above it. iOS looks for each only there. */
  readonly of?: 'leaf' | 'authority'
}

const day = 86_400_000
/** Base64 of 32 bytes, in the one form that RFC 4648 §3.5 calls canonical. */
const hash = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/
const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?'
const hostName = new RegExp(`^(?=.{1,253}$)${label}(\\.${label})*\\.[a-z][a-z0-9-]{0,61}[a-z0-9]$`)

/** Milliseconds since the Unix epoch from which on pins are refused: the end of their last day. */
export function pinsEnd({ expires }: CertificatePins): number {
  return Date.parse(expires) + day
}

/** Reads `pins` of the options. `now` in milliseconds since the Unix epoch. Throws `configuration_invalid`. */
export function readPins(value: unknown, now: number): CertificatePins {
  const pins = record('pins', value, ['expires', 'minimumDays', 'hosts'])
  const hosts = list('pins.hosts', pins.hosts).map(readHost)
  const names = hosts.map(({ host }) => host)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined)
    refuse('second entry in pins.hosts of', twice, 'every host once, with all its keys')
  return { expires: readExpiry(pins.expires, readMinimum(pins.minimumDays), now), hosts }
}

function readHost(value: unknown, index: number): PinnedHost {
  const option = `pins.hosts[${index}]`
  const entry = record(option, value, ['host', 'keys', 'of'])
  const host = text(`${option}.host`, entry.host).toLowerCase()
  if (!hostName.test(host)) refuse(`${option}.host`, host, 'a host name alone, as in api.bank.example')
  const keys = list(`${option}.keys`, entry.keys).map((key) => readKey(`${option}.keys`, key))
  // RFC 7469 §2.5 asks for a backup pin: without one a lost key shuts every installed app out.
  if (new Set(keys).size < 2)
    refuse(`${option}.keys`, keys, 'at least two different keys, one of them a backup')
  const { of = 'leaf' } = entry
  if (of !== 'leaf' && of !== 'authority') return refuse(`${option}.of`, of, '"leaf" or "authority"')
  return { host, keys: [...new Set(keys)], of }
}

function readKey(option: string, value: unknown): string {
  const key = text(option, value)
  if (hash.test(key)) return key
  return refuse(option, key, 'the base64 of a SHA-256 over SubjectPublicKeyInfo, 44 characters')
}

function readMinimum(value: unknown): number {
  if (value === undefined) return 30
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 1000) return value
  return refuse('pins.minimumDays', value, 'a whole number from 1 to 1000')
}

function readExpiry(value: unknown, minimumDays: number, now: number): string {
  const expires = text('pins.expires', value)
  const start = /^\d{4}-\d{2}-\d{2}$/.test(expires) ? Date.parse(expires) : Number.NaN
  if (Number.isNaN(start) || new Date(start).toISOString().slice(0, 10) !== expires) {
    refuse('pins.expires', expires, 'a day as YYYY-MM-DD')
  }
  const left = Math.floor((start + day - now) / day)
  if (left >= minimumDays) return expires
  throw invalid(
    `Unexpected pins.expires ${expires}: ${start + day <= now ? 'it is over' : `${left} days are left`}, expected at least ` +
      `${minimumDays}. Check the keys of your servers, set a later day in app.json, and build again: installed apps ` +
      'reach the pinned hosts no more once the day is over.',
  )
}
