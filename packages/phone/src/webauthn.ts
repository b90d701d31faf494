import { encodeCbor, encodeCoseKey } from '@keybound/protocol/encoding'
import { concat, encode, uint32, utf8 } from './bytes.ts'
import type { DeviceDescription } from './hardware/secure-hardware.ts'
import { coordinates } from './p256.ts'

const userPresent = 0x01
const userVerified = 0x04
const attestedCredential = 0x40
/** No model of an authenticator: the evidence says more than a name would. */
const noAaguid = new Uint8Array(16)
const es256 = -7

type Sha256 = (bytes: Uint8Array) => Promise<Uint8Array>

/** The origin of an app: what its system calls it (docs/phone.md). */
export function originOf({ platform, appId, signingDigests }: DeviceDescription): string {
  return platform === 'android' ? `android:apk-key-hash:${signingDigests[0] ?? ''}` : `ios:bundle-id:${appId}`
}

/** The keys beside the signing key, as client data commits to them. */
export interface Commitment {
  /** SHA-256 of the sealing key's SubjectPublicKeyInfo, base64url. */
  readonly sealing: string
  /** RFC 7638 thumbprint of the proof key, base64url. */
  readonly proof: string
}

/** clientDataJSON (WebAuthn L3 §5.8.1). */
export function clientData(
  type: 'webauthn.create' | 'webauthn.get',
  challenge: string,
  origin: string,
  keybound?: Commitment,
): Uint8Array {
  return utf8(JSON.stringify({ type, challenge, origin, crossOrigin: false, ...(keybound && { keybound }) }))
}

/** Authenticator data of an assertion (WebAuthn L3 §6.1): the key asks for the user's biometric every time; it counts nothing. */
export function assertionData(rpIdHash: Uint8Array): Uint8Array {
  return concat(rpIdHash, Uint8Array.of(userPresent | userVerified), uint32(0))
}

/** Authenticator data of a registration. */
export async function registrationData(
  rpId: string,
  credentialId: Uint8Array,
  signingKey: string,
  sha256: Sha256,
): Promise<Uint8Array> {
  const cose = encodeCoseKey({ type: 'EC2', algorithm: es256, curve: 'P-256', ...coordinates(signingKey) })
  return concat(
    await sha256(utf8(rpId)),
    Uint8Array.of(userPresent | userVerified | attestedCredential),
    uint32(0),
    noAaguid,
    Uint8Array.of(credentialId.length >> 8, credentialId.length),
    credentialId,
    cose,
  )
}

/** `android-key` (WebAuthn L3 §8.4) where the key has a chain, else `packed` self attestation (§8.2). Base64url. */
export function attestationObject(
  authData: Uint8Array,
  sig: Uint8Array,
  chain: readonly Uint8Array[],
): string {
  const statement = new Map<string, number | Uint8Array | readonly Uint8Array[]>([
    ['alg', es256],
    ['sig', sig],
  ])
  if (chain.length > 0) statement.set('x5c', chain)
  return encode(
    encodeCbor(
      new Map<string, string | typeof statement | Uint8Array>([
        ['fmt', chain.length > 0 ? 'android-key' : 'packed'],
        ['attStmt', statement],
        ['authData', authData],
      ]),
    ),
  )
}
