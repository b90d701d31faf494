import { type Bytes, type Channel, type Handlers, SystemFailure } from '../../channel/channel.ts'
import {
  type Authorisation,
  type AuthToken,
  type KeyPolicy,
  keyMintError,
  type SecureWorldCalls,
} from '../../secure-world/types.ts'
import type { KeyWeakness } from '../controls.ts'
import type { AndroidCalls, BeginRequest, GenerateRequest } from './calls.ts'

type World = Channel<SecureWorldCalls, object>
type KeystoreCalls = Pick<AndroidCalls, Extract<keyof AndroidCalls, `keystore.${string}`>>

/** What the key store knows of the app and the phone. */
export interface KeystoreSurroundings {
  readonly world: World
  readonly apiLevel: number
  readonly emulator: boolean
  readonly strongBox: boolean
  /** What the package manager says about the app that asks. */
  readonly app: () => {
    readonly packageName: string
    readonly version: number
    readonly signers: readonly Bytes[]
  }
  readonly now: () => number
}

interface Entry {
  readonly request: GenerateRequest
  readonly key: string
  readonly policy: KeyPolicy
  readonly chain: readonly Bytes[]
}

interface OpenOperation {
  readonly id: string
  readonly challenge: string
  readonly level: KeyPolicy['level']
}

const strong = 2
const credential = 1

/** Android's key store: aliases of the app over keys of the secure world, with the rules of the framework. */
export class Keystore {
  readonly #surroundings: KeystoreSurroundings
  readonly #entries = new Map<string, Entry>()
  /** Oldest first: that is the one that goes when there is no room. */
  #operations: OpenOperation[] = []
  readonly #tokens = new Map<string, AuthToken>()
  #lastToken: AuthToken | null = null
  #weakness: KeyWeakness | undefined

  constructor(surroundings: KeystoreSurroundings) {
    this.#surroundings = surroundings
  }

  readonly handlers: Handlers<KeystoreCalls> = {
    'keystore.generate': (request) => this.#generate(request),
    'keystore.chain': ({ alias }) => ({ chain: this.#entry(alias).chain }),
    'keystore.keyInfo': ({ alias }) => {
      const { request, policy } = this.#entry(alias)
      const securityLevel = { software: 0, tee: 1, enclave: 1, strongBox: 2 }[policy.level]
      return {
        userAuthenticationRequired: policy.authorisation !== null,
        userAuthenticationRequirementEnforcedBySecureHardware:
          policy.authorisation !== null && securityLevel > 0,
        userAuthenticationValidityDurationSeconds: request.userAuthenticationValidity,
        userAuthenticationType: policy.authorisation?.types ?? 0,
        invalidatedByBiometricEnrollment: request.invalidatedByBiometricEnrollment,
        securityLevel,
        insideSecureHardware: securityLevel > 0,
      }
    },
    'keystore.aliases': () => ({ aliases: [...this.#entries.keys()] }),
    'keystore.delete': async ({ alias }) => {
      const entry = this.#entries.get(alias)
      this.#entries.delete(alias)
      if (entry !== undefined) await this.#surroundings.world.call('key.delete', { key: entry.key })
      return null
    },
    'keystore.begin': (request) => this.#begin(request),
    'keystore.finish': async ({ operation, bytes }) => {
      const token = this.#tokens.get(operation) ?? null
      this.#forget(operation)
      return this.#inWorld(() =>
        this.#surroundings.world.call('operation.finish', { operation, bytes, token }),
      )
    },
    'keystore.abort': async ({ operation }) => {
      this.#forget(operation)
      return this.#surroundings.world.call('operation.abort', { operation })
    },
  }

  /** What the next key is made without, whatever is asked for. */
  weakenNext(weakness: KeyWeakness): void {
    this.#weakness = weakness
  }

  async #generate(asked: GenerateRequest): Promise<{ readonly chain: readonly Bytes[] }> {
    const { world, app, now } = this.#surroundings
    const weakness = this.#weakness
    this.#weakness = undefined
    const request = weakened(asked, weakness)
    if (this.#entries.has(request.alias)) throw new SystemFailure('KeyExists')
    if ((request.attestationChallenge?.length ?? 0) > 128) {
      throw new SystemFailure(
        'InvalidAlgorithmParameterException',
        undefined,
        'Attestation challenge too long.',
      )
    }
    const made = await this.#policyOf(request)
    const policy: KeyPolicy = weakness === 'software' ? { ...made, level: 'software' } : made
    const { packageName, version, signers } = app()
    const challenge = request.attestationChallenge
    const attestation =
      challenge === null ? null : { challenge, packageName, appVersion: version, signers, createdAt: now() }
    const { key, chain } = await this.#inWorld(() => world.call('key.generate', { policy, attestation }))
    this.#entries.set(request.alias, { request, key, policy, chain })
    return { chain }
  }

  async #policyOf(request: GenerateRequest): Promise<KeyPolicy> {
    const { strongBox, emulator, apiLevel } = this.#surroundings
    if (request.mgf1Digests.length > 0 && apiLevel < 35) {
      throw new SystemFailure('IllegalArgumentException', undefined, 'setMgf1Digests came with API level 35.')
    }
    if (request.strongBoxBacked) {
      if (!strongBox) {
        throw new SystemFailure('StrongBoxUnavailableException', keyMintError.hardwareTypeUnavailable)
      }
      // StrongBox must support SHA-256 and nothing more may be assumed.
      if (request.digests.some((digest) => digest !== 'SHA-256')) {
        throw new SystemFailure('ProviderException', keyMintError.incompatibleDigest)
      }
    }
    return {
      level: request.strongBoxBacked ? 'strongBox' : emulator ? 'software' : 'tee',
      algorithm: request.algorithm,
      purposes: request.purposes,
      digests: request.digests,
      // Before setMgf1Digests, and beside it, the key store allows SHA-1.
      mgfDigests: request.algorithm === 'RSA' ? [...new Set(['SHA-1' as const, ...request.mgf1Digests])] : [],
      authorisation: await this.#authorisationOf(request),
    }
  }

  /** Which secure ids a key is bound to (KeyStore2ParameterUtils.addSids). */
  async #authorisationOf(request: GenerateRequest): Promise<Authorisation | null> {
    // setUserAuthenticationParameters alone does nothing: without setUserAuthenticationRequired(true) anybody signs.
    if (!request.userAuthenticationRequired) return null
    const { world } = this.#surroundings
    const types = request.userAuthenticationType
    if (![strong, credential, strong | credential].includes(types)) {
      throw new SystemFailure(
        'IllegalStateException',
        undefined,
        'Invalid or no authentication type specified.',
      )
    }
    const root = (await world.call('credential.state', {})).sid
    if (root === '0') {
      throw new SystemFailure('IllegalStateException', undefined, 'Secure lock screen must be enabled.')
    }
    const { sid } = await world.call('sensor.state', {})
    if (types === strong && sid === '0') {
      throw new SystemFailure(
        'IllegalStateException',
        undefined,
        'At least one biometric must be enrolled to create keys requiring user authentication for every use.',
      )
    }
    const biometricOnly = types === strong && request.invalidatedByBiometricEnrollment
    const timeout = Math.max(0, request.userAuthenticationValidity) * 1000
    return { sids: [biometricOnly ? sid : root], types, timeout }
  }

  async #begin({
    alias,
    purpose,
    digest,
    mgf1Digest,
  }: BeginRequest): Promise<{ readonly operation: string }> {
    const { world } = this.#surroundings
    const { key, policy } = this.#entry(alias)
    await this.#refuseInvalidated(policy)
    const request = { key, purpose, digest, mgfDigest: mgf1Digest, token: this.#lastToken }
    const begin = () => this.#inWorld(() => world.call('operation.begin', request), 'begin')
    let begun: { readonly operation: string; readonly challenge: string }
    try {
      begun = await begin()
    } catch (error) {
      if (!isTooMany(error) || !(await this.#prune(policy.level))) throw error
      begun = await begin()
    }
    this.#operations.push({ id: begun.operation, challenge: begun.challenge, level: policy.level })
    return { operation: begun.operation }
  }

  /** A key bound to ids that are no longer anybody's is gone for good, and says so before any prompt. */
  async #refuseInvalidated({ authorisation }: KeyPolicy): Promise<void> {
    if (authorisation === null) return
    const { world } = this.#surroundings
    const valid = [(await world.call('credential.state', {})).sid, (await world.call('sensor.state', {})).sid]
    if (authorisation.sids.some((sid) => sid !== '0' && valid.includes(sid))) return
    throw new SystemFailure('KeyPermanentlyInvalidatedException')
  }

  /** The key store makes room by ending the app's oldest operation; its next call learns so. */
  async #prune(level: KeyPolicy['level']): Promise<boolean> {
    const oldest = this.#operations.find((operation) => operation.level === level)
    if (oldest === undefined) return false
    this.#forget(oldest.id)
    await this.#surroundings.world.call('operation.abort', { operation: oldest.id })
    return true
  }

  /** Ends every operation of the app, as other apps' use of the hardware can. */
  async pruneAll(): Promise<void> {
    for (const { id } of [...this.#operations]) {
      this.#forget(id)
      await this.#surroundings.world.call('operation.abort', { operation: id })
    }
  }

  /** What the sensor must answer to for an operation; undefined for one that is not there. */
  challengeOf(operation: string): string | undefined {
    return this.#operations.find(({ id }) => id === operation)?.challenge
  }

  /** The word of the sensor or the lock screen (keystore2 addAuthToken). */
  addToken(token: AuthToken): void {
    const operation = this.#operations.find(({ challenge }) => challenge === token.challenge)
    if (operation !== undefined) this.#tokens.set(operation.id, token)
    this.#lastToken = token
  }

  /** Removing the screen lock destroys what was bound to it. */
  async lockScreenRemoved(): Promise<void> {
    for (const [alias, { policy, key }] of [...this.#entries]) {
      if (policy.authorisation === null) continue
      this.#entries.delete(alias)
      await this.#surroundings.world.call('key.delete', { key })
    }
  }

  /** Uninstalling the app, or erasing the phone, deletes its keys. */
  async deleteAll(): Promise<void> {
    for (const { key } of this.#entries.values()) await this.#surroundings.world.call('key.delete', { key })
    this.#entries.clear()
  }

  #entry(alias: string): Entry {
    const entry = this.#entries.get(alias)
    if (entry === undefined) throw new SystemFailure('KeyNotFound')
    return entry
  }

  #forget(operation: string): void {
    this.#operations = this.#operations.filter(({ id }) => id !== operation)
    this.#tokens.delete(operation)
  }

  async #inWorld<T>(work: () => Promise<T>, step?: 'begin'): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof SystemFailure) || error.exception !== 'KeyMint') throw error
      if (step === 'begin' && error.number === keyMintError.userNotAuthenticated) {
        throw new SystemFailure('UserNotAuthenticatedException', error.number)
      }
      throw new SystemFailure('KeyStoreException', error.number)
    }
  }
}

function weakened(request: GenerateRequest, weakness: KeyWeakness | undefined): GenerateRequest {
  switch (weakness) {
    case 'unauthenticated':
      return { ...request, userAuthenticationRequired: false }
    case 'window':
      return { ...request, userAuthenticationValidity: 30 }
    case 'credential':
      return { ...request, userAuthenticationType: strong | credential }
    case 'survivesEnrolment':
      return { ...request, invalidatedByBiometricEnrollment: false }
    default:
      return request
  }
}

function isTooMany(error: unknown): boolean {
  return error instanceof SystemFailure && error.number === keyMintError.tooManyOperations
}
