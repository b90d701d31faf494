import { platformCrypto, type VirtualCrypto } from '../crypto/port.ts'
import { androidIssuer, type ProvisionRequest } from './android-issuer.ts'
import { type AppleCertificateRequest, appleIssuer } from './apple-issuer.ts'
import { type IssuerJwk, type IssuerKey, newIssuerKey, openIssuerKey } from './authority-keys.ts'

/** The keys of an authority, to be kept where nobody else reads. */
export interface AuthorityState {
  readonly version: 1
  /** Milliseconds since the Unix epoch: its roots begin a year before that. */
  readonly createdAt: number
  readonly keys: Readonly<Record<AuthorityKeyName, IssuerJwk>>
}

/** Key of an attestation that the authority put into a phone, and the certificates above it. */
export interface Provisioned {
  readonly key: IssuerKey
  /** DER: that of the key first, the root last. */
  readonly certificates: readonly Uint8Array<ArrayBuffer>[]
  readonly subject: readonly (readonly [string, string])[]
}

/**
 * Plays Google's and Apple's part for virtual phones. Its keys are random, its own for each data folder: nothing it signs
 * is worth anything to a server that does not trust exactly this authority, and servers take test roots only with
 * `testOnly`, on loopback.
 */
export interface VirtualAuthority {
  /** DER, for `trust.android.roots`. */
  readonly androidRoot: Uint8Array<ArrayBuffer>
  /** DER, for `trust.apple.roots`. */
  readonly appleRoot: Uint8Array<ArrayBuffer>
  /** Keys to attest keys with, as a phone gets them at the factory or from Google. */
  readonly provision: (request: ProvisionRequest) => Promise<Provisioned>
  /** What Apple answers to `attestKey`: credential certificate and its issuer, DER. */
  readonly certifyApple: (request: AppleCertificateRequest) => Promise<readonly Uint8Array<ArrayBuffer>[]>
  /** All its keys: whoever has them can attest anything to servers that trust this authority. */
  readonly state: AuthorityState
}

const names = [
  'androidRoot',
  'softwareRoot',
  'droidCa2',
  'droidCa3',
  'factory',
  'appleRoot',
  'appleCa',
] as const
type AuthorityKeyName = (typeof names)[number]
export type AuthorityKeys = Readonly<Record<AuthorityKeyName, IssuerKey>>

/** Where an authority takes its surroundings from. */
export interface AuthorityOptions {
  readonly crypto?: VirtualCrypto
  /** Milliseconds since the Unix epoch, for the dates of a new authority. Default the system's. */
  readonly now?: () => number
  /** What an earlier one left in {@link VirtualAuthority.state}. Default: new, random keys. */
  readonly state?: AuthorityState
}

/** An authority with random keys, or the one that was kept. */
export async function createVirtualAuthority(options: AuthorityOptions = {}): Promise<VirtualAuthority> {
  const { crypto = platformCrypto, now = Date.now, state } = options
  const createdAt = state?.createdAt ?? now()
  const opened = await Promise.all(
    names.map(async (name) => {
      const kept = state?.keys[name]
      const curve = name === 'droidCa3' || name === 'factory' ? 'P-256' : 'P-384'
      return [
        name,
        await (kept === undefined ? newIssuerKey(crypto, curve) : openIssuerKey(crypto, kept)),
      ] as const
    }),
  )
  const keys = Object.fromEntries(opened) as AuthorityKeys
  const android = androidIssuer(crypto, keys, new Date(createdAt))
  const apple = appleIssuer(keys, new Date(createdAt))
  return {
    androidRoot: await android.root(),
    appleRoot: await apple.root(),
    provision: android.provision,
    certifyApple: apple.certify,
    state: {
      version: 1,
      createdAt,
      keys: Object.fromEntries(opened.map(([name, key]) => [name, key.jwk])) as AuthorityState['keys'],
    },
  }
}
