import { sign } from 'node:crypto'
import type { CborValue } from '@keybound/protocol/encoding'
import { encodeBase64Url } from '@keybound/protocol/encoding'
import { writeElement, writeSequence } from '../../../packages/attestation/src/der/index.ts'
import { basicConstraints, keyUsage, writeCertificate } from '../android-authority/certificate.ts'
import { makeRsaKey, sha256, type ToAttest } from './forge.ts'

/** While the service was there; the verdicts of `safetyNetStatement` are a second old. Its certificates hold longer. */
export const safetyNetTime = new Date('2021-06-01T12:00:00Z')
/** Signs the service's certificates. */
export const rootKey = makeRsaKey()
const leafKey = makeRsaKey()
const rootName = [['2.5.4.3', 'Test Root']] as const
const dates = { notBefore: new Date('2021-01-01'), notAfter: new Date('2036-01-01') }
/** A stand-in for the root of Google's service. */
export const safetyNetRoot = writeCertificate({
  serial: 1,
  issuer: rootName,
  subject: rootName,
  ...dates,
  spki: rootKey.spki,
  extensions: [basicConstraints(true), keyUsage('keyCertSign')],
  signer: rootKey.privateKey,
})

/** A name of a host, or with another tag of something else (RFC 5280 §4.2.1.6). */
export const dnsName = (name: string, tag = 0x82): Uint8Array =>
  writeElement(tag, new TextEncoder().encode(name))

/** The service's certificate with these DNS names. */
export function leafFor(...names: readonly string[]): Uint8Array {
  return leafWith(names.map((name) => dnsName(name)))
}

/** The service's certificate with these alternative names, and what follows them. */
export function leafWith(general: readonly Uint8Array[], behind = new Uint8Array()): Uint8Array {
  return writeCertificate({
    serial: 2,
    issuer: rootName,
    subject: [['2.5.4.3', 'service']],
    ...dates,
    spki: leafKey.spki,
    extensions:
      general.length > 0
        ? [{ id: '2.5.29.17', value: Uint8Array.of(...writeSequence(...general), ...behind) }]
        : [],
    signer: rootKey.privateKey,
  })
}

/** What is otherwise in a statement than the service would write it. */
export interface SafetyNetChanges {
  readonly header?: Readonly<Record<string, unknown>>
  /** `null`: the payload is that. */
  readonly payload?: Readonly<Record<string, unknown>> | null
  readonly signer?: typeof leafKey
  readonly jws?: (jws: string) => string
  readonly members?: Readonly<Record<string, CborValue>>
}

/** With padding, as a JWS has certificates and this verdict its nonce. */
export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
const part = (value: unknown): string => encodeBase64Url(new TextEncoder().encode(JSON.stringify(value)))

/** A statement with a verdict of the service (WebAuthn L3 §8.5). */
export function safetyNetStatement(changes: SafetyNetChanges = {}): (toAttest: ToAttest) => CborValue {
  return ({ signedData }) => {
    const header = part({ alg: 'RS256', x5c: [base64(leafFor('attest.android.com'))], ...changes.header })
    const verdict = {
      nonce: base64(sha256(signedData)),
      timestampMs: safetyNetTime.getTime() - 1000,
      ctsProfileMatch: true,
      basicIntegrity: true,
      ...changes.payload,
    }
    const payload = part(changes.payload === null ? null : verdict)
    const signed = `${header}.${payload}`
    const signature = sign('sha256', Buffer.from(signed), (changes.signer ?? leafKey).privateKey)
    const jws = `${signed}.${encodeBase64Url(signature)}`
    return new Map<string, CborValue>([
      ['ver', '14366019'],
      ['response', new TextEncoder().encode(changes.jws?.(jws) ?? jws)],
      ...Object.entries(changes.members ?? {}),
    ])
  }
}
