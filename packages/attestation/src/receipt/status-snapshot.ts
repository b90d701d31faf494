import type { CborKey, CborMap, CborValue } from '@keybound/protocol/encoding'
import type { ReceiptStatus } from '@keybound/protocol/transactions'
import { type AndroidStatusList, parseStatusList } from '../android/status/status-list.ts'
import type { AndroidTrust } from '../android/trust/trust.ts'
import { AttestationError } from '../errors.ts'
import { parseAttestationObject } from '../webauthn/attestation-object.ts'
import { mostCertificates } from '../webauthn/statements/certificates.ts'
import { readCertificate } from '../x509/certificate.ts'

/**
 * What Google's status list says of the certificates in an attestation object: an excerpt for a receipt. Null where no
 * Android chain is in it, and where there is no list. For servers; the object was verified when it arrived.
 */
export function snapshotStatus(
  attestationObject: Uint8Array,
  { status, statusFetchedAt }: Pick<AndroidTrust, 'status' | 'statusFetchedAt'>,
): ReceiptStatus | null {
  if (status === undefined) return null
  const chains = androidChains(attestationObject)
  if (chains.length === 0) return null
  const entries = chains.flatMap(serialsOf).flatMap((serial) => {
    const entry = status.entries.get(serial)
    return entry === undefined ? [] : [{ serial, status: entry.status, reason: entry.reason ?? null }]
  })
  const fetchedAt = statusFetchedAt === undefined ? null : Math.floor(statusFetchedAt.getTime() / 1000)
  return { fetchedAt, entries }
}

/**
 * The excerpt as a list to judge by; of other certificates it says nothing. Refuses with `attestation_status_unavailable`
 * one that is not understood in full.
 */
export function statusListOf({ entries }: ReceiptStatus): AndroidStatusList {
  return parseStatusList({ entries: Object.fromEntries(entries.map((entry) => [entry.serial, entry])) })
}

/** The chains of all Android statements: one, or those of a compound (WebAuthn L3 §8.9). */
function androidChains(attestationObject: Uint8Array): readonly (readonly CborValue[])[] {
  const { format, statement } = parseAttestationObject(attestationObject)
  if (Array.isArray(statement)) return statement.flatMap(chainOf)
  return chainOf(
    new Map<CborKey, CborValue>([
      ['fmt', format],
      ['attStmt', statement as CborMap],
    ]),
  )
}

function chainOf(entry: CborValue): readonly (readonly CborValue[])[] {
  if (!(entry instanceof Map) || entry.get('fmt') !== 'android-key') return []
  const statement = entry.get('attStmt')
  const x5c = statement instanceof Map ? statement.get('x5c') : undefined
  return Array.isArray(x5c) ? [x5c] : []
}

/** One that cannot be read proved nothing when it arrived: a compound may hold such beside one that did. */
function serialsOf(chain: readonly CborValue[]): readonly string[] {
  return chain.slice(0, mostCertificates).flatMap((der) => {
    try {
      return der instanceof Uint8Array ? [readCertificate(der).serial] : []
    } catch (cause) {
      if (cause instanceof AttestationError) return []
      throw cause
    }
  })
}
