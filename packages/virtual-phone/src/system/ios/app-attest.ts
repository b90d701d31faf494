import { type CborValue, decodeBase64Url, encodeCbor, encodeCoseKey } from '@keybound/protocol/encoding'
import type { VirtualAuthority } from '../../authority/authority.ts'
import type { Bytes, Channel, Handlers } from '../../channel/channel.ts'
import { pointOf } from '../../crypto/p256.ts'
import type { VirtualCrypto } from '../../crypto/port.ts'
import type { SecureWorldCalls } from '../../secure-world/types.ts'
import type { AppAttestUse, IosCalls } from './calls.ts'
import { dcError, dcFailure } from './errors.ts'

type AppAttestCalls = Pick<IosCalls, Extract<keyof IosCalls, `appAttest.${string}`>>

export interface AppAttestOptions {
  readonly world: Channel<SecureWorldCalls, object>
  readonly crypto: VirtualCrypto
  readonly authority: () => Promise<VirtualAuthority>
  readonly now: () => number
  readonly appId: () => string
  readonly simulator: boolean
  readonly development: boolean
  /** From iOS 27 on, objects say how the app was distributed; undefined before. */
  readonly bundleVersion: string | undefined
}

interface AttestKey {
  readonly key: string
  readonly spki: Bytes
  attested: boolean
  counter: number
}

/** How a copy of the app was signed: 3 from Xcode, 4 from the App Store. */
const category = { development: 3, appStore: 4 } as const

/** App Attest: proves app and device, and nothing of who touched it. Its keys end with the app. */
export class AppAttest {
  readonly #options: AppAttestOptions
  readonly #keys = new Map<string, AttestKey>()

  constructor(options: AppAttestOptions) {
    this.#options = options
  }

  readonly handlers: Handlers<AppAttestCalls> = {
    'appAttest.isSupported': () => ({ supported: !this.#options.simulator }),
    'appAttest.generateKey': async () => {
      const { world, simulator } = this.#options
      if (simulator) throw dcFailure(dcError.featureUnsupported)
      const policy = {
        level: 'enclave',
        algorithm: 'EC',
        purposes: ['sign'],
        digests: ['SHA-256'],
        mgfDigests: [],
        authorisation: null,
      } as const
      const { key, publicKey } = await world.call('key.generate', { policy, attestation: null })
      const keyId = base64(await this.#sha256(pointOf(publicKey)))
      this.#keys.set(keyId, { key, spki: publicKey, attested: false, counter: 0 })
      return { keyId }
    },
    'appAttest.attestKey': async (use) => ({ bytes: await this.#attest(use) }),
    'appAttest.generateAssertion': async (use) => ({ bytes: await this.#assert(use) }),
  }

  async #attest({ keyId, clientDataHash }: AppAttestUse): Promise<Bytes> {
    const { authority, now, development } = this.#options
    const key = this.#keyOf(keyId, clientDataHash)
    if (key.attested) throw dcFailure(dcError.invalidKey)
    const credentialId = fromBase64(keyId)
    const point = pointOf(key.spki)
    const coseKey = encodeCoseKey({
      type: 'EC2',
      algorithm: -7,
      curve: 'P-256',
      x: point.subarray(1, 33),
      y: point.subarray(33),
    })
    const aaguid = development ? 'appattestdevelop' : 'appattest\0\0\0\0\0\0\0'
    const authData = joined(
      await this.#head(0),
      new TextEncoder().encode(aaguid),
      Uint8Array.of(0, credentialId.length),
      credentialId,
      coseKey,
      this.#claims(),
    )
    const nonce = await this.#sha256(joined(authData, clientDataHash))
    const { certifyApple } = await authority()
    const hex = [...credentialId].map((octet) => octet.toString(16).padStart(2, '0')).join('')
    const x5c = await certifyApple({ nonce, spki: key.spki, keyId: hex, at: new Date(now()) })
    key.attested = true
    return encodeCbor(
      new Map<string, CborValue>([
        ['fmt', 'apple-appattest'],
        // A real receipt is signed by Apple for Apple's own server; nobody but that server reads this one.
        [
          'attStmt',
          new Map<string, CborValue>([
            ['x5c', [...x5c]],
            ['receipt', receipt],
          ]),
        ],
        ['authData', authData],
      ]),
    )
  }

  async #assert({ keyId, clientDataHash }: AppAttestUse): Promise<Bytes> {
    const { world } = this.#options
    const key = this.#keyOf(keyId, clientDataHash)
    if (!key.attested) throw dcFailure(dcError.invalidKey)
    key.counter += 1
    const authenticatorData = joined(await this.#head(key.counter), this.#claims())
    const nonce = await this.#sha256(joined(authenticatorData, clientDataHash))
    const { operation } = await world.call('operation.begin', {
      key: key.key,
      purpose: 'sign',
      digest: 'SHA-256',
      mgfDigest: null,
      token: null,
    })
    const { bytes: signature } = await world.call('operation.finish', {
      operation,
      bytes: nonce,
      token: null,
    })
    return encodeCbor(
      new Map<string, CborValue>([
        ['signature', signature],
        ['authenticatorData', authenticatorData],
      ]),
    )
  }

  #keyOf(keyId: string, clientDataHash: Bytes): AttestKey {
    const key = this.#keys.get(keyId)
    if (key === undefined) throw dcFailure(dcError.invalidKey)
    if (clientDataHash.length !== 32) throw dcFailure(dcError.invalidInput)
    return key
  }

  /** Flags 0x40 in every object, whatever it holds, and never a user (measured on real ones). */
  async #head(counter: number): Promise<Bytes> {
    const head = joined(
      await this.#sha256(new TextEncoder().encode(this.#options.appId())),
      Uint8Array.of(0x40),
      new Uint8Array(4),
    )
    new DataView(head.buffer).setUint32(33, counter)
    return head
  }

  /** A map after the fixed part, although the flag for extensions is clear (iOS 27). */
  #claims(): Bytes {
    const { bundleVersion, development } = this.#options
    if (bundleVersion === undefined) return new Uint8Array(0)
    const number = new Uint8Array(4)
    new DataView(number.buffer).setUint32(0, development ? category.development : category.appStore, true)
    const claims = new Map<string, CborValue>([
      ['apple_bundle_version_01', bundleVersion],
      ['apple_validation_category_01', number],
    ])
    return new Uint8Array(encodeCbor(claims))
  }

  async #sha256(bytes: Bytes): Promise<Bytes> {
    return new Uint8Array(await this.#options.crypto.subtle.digest('SHA-256', bytes))
  }

  /** Keys do not outlive the installation. */
  clear(): void {
    this.#keys.clear()
  }
}

const receipt = new TextEncoder().encode('receipt of the virtual phone')

function joined(...parts: readonly Uint8Array[]): Bytes {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/** Apple writes key ids in standard base64. */
function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}

function fromBase64(text: string): Bytes {
  return decodeBase64Url(text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''))
}
