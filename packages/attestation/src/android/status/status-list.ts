import { AttestationError } from '../../errors.ts'

/** One entry of Google's status list. Any entry refuses, whatever its status. */
export interface AndroidStatusEntry {
  /** `REVOKED` or `SUSPENDED` today. */
  readonly status: string
  /** `KEY_COMPROMISE`, `SOFTWARE_FLAW`, `CA_COMPROMISE`, `SUPERSEDED` today. */
  readonly reason: string | undefined
}

/** A status list, ready to be asked. */
export interface AndroidStatusList {
  /** By serial number: lowercase hexadecimal without leading zeros, the form of `Certificate.serial`. */
  readonly entries: ReadonlyMap<string, AndroidStatusEntry>
}

const source = 'Android key attestation guide, certificate revocation status list'
/** A list of this size has a hundred thousand entries; Google's has fewer than a thousand. */
const mostCharacters = 16 * 1024 * 1024
const hexadecimal = /^[0-9a-f]{1,64}$/

/**
 * Reads Google's certificate status list, as text or as the parsed JSON. A list that is not understood in full is
 * refused with `attestation_status_unavailable`, because an entry that is skipped is a key that passes.
 */
export function parseStatusList(list: string | object): AndroidStatusList {
  const document = typeof list === 'string' ? parseJson(list) : list
  const entries = isRecord(document) ? document.entries : undefined
  if (!isRecord(entries)) throw unreadable('a document without entries', 'an object with the member entries')
  return { entries: new Map(Object.entries(entries).map(readEntry)) }
}

function parseJson(text: string): unknown {
  if (text.length > mostCharacters) throw unreadable(`${text.length} characters`, `at most ${mostCharacters}`)
  try {
    return JSON.parse(text)
  } catch {
    throw unreadable('text that is not JSON', 'JSON')
  }
}

function readEntry([key, value]: [string, unknown]): [string, AndroidStatusEntry] {
  const serial = key.toLowerCase().replace(/^0+(?=.)/, '')
  if (!hexadecimal.test(serial)) throw unreadable('a serial number', 'hexadecimal digits')
  if (!isRecord(value) || typeof value.status !== 'string') {
    throw unreadable(`an entry without status at ${serial}`, 'a status')
  }
  return [
    serial,
    { status: value.status, reason: typeof value.reason === 'string' ? value.reason : undefined },
  ]
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function unreadable(found: string, expected: string): AttestationError {
  const message = `Unexpected ${found} in the status list, expected ${expected}. Fetch the list again.`
  return new AttestationError('attestation_status_unavailable', source, message)
}
