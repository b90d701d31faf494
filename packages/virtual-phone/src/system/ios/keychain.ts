import { type Bytes, type Channel, type Handlers, SystemFailure } from '../../channel/channel.ts'
import { pointOf } from '../../crypto/p256.ts'
import { type Authorisation, keyMintError, type SecureWorldCalls } from '../../secure-world/types.ts'
import type { KeyWeakness } from '../controls.ts'
import type { IosCalls, IosGenerateRequest, KeyUse } from './calls.ts'
import { laError, laFailure, osFailure, osStatus } from './errors.ts'
import type { IosState } from './ios-system.ts'
import type { LocalAuthentication } from './local-authentication.ts'

type KeychainCalls = Pick<IosCalls, Extract<keyof IosCalls, `key.${string}` | `item.${string}`>>

export interface KeychainOptions {
  readonly world: Channel<SecureWorldCalls, object>
  readonly authentication: LocalAuthentication
  readonly state: IosState
  readonly simulator: boolean
}

interface Item {
  readonly key: string
  readonly publicKey: Bytes
  readonly accessible: IosGenerateRequest['accessible']
  readonly authorisation: Authorisation | null
  /** Bound to what was enrolled when it was made. */
  readonly currentSet: boolean
}

const biometric = 2
const passcode = 1

/** The keychain, with keys of the Secure Enclave. Uninstalling an app leaves its items where they are. */
export class Keychain {
  readonly #options: KeychainOptions
  readonly #keys = new Map<string, Item>()
  readonly #items = new Map<string, Bytes>()
  #weakness: KeyWeakness | undefined

  constructor(options: KeychainOptions) {
    this.#options = options
  }

  readonly handlers: Handlers<KeychainCalls> = {
    'key.generate': (request) => this.#generate(request),
    'key.find': ({ tag, interactionNotAllowed }) => {
      const { authorisation, publicKey } = this.#find(tag)
      if (authorisation !== null && interactionNotAllowed) throw osFailure(osStatus.interactionNotAllowed)
      return { publicKey }
    },
    'key.sign': (use) => this.#use(use, 'sign'),
    'key.decrypt': (use) => this.#use(use, 'decrypt'),
    'key.delete': async ({ tag }) => {
      const item = this.#keys.get(tag)
      this.#keys.delete(tag)
      if (item !== undefined) await this.#options.world.call('key.delete', { key: item.key })
      return null
    },
    'key.list': () => ({ tags: [...this.#keys.keys()] }),
    'item.set': ({ account, bytes }) => {
      this.#checkInteraction('AfterFirstUnlockThisDeviceOnly')
      this.#items.set(account, bytes)
      return null
    },
    'item.get': ({ account }) => ({ bytes: this.#items.get(account) ?? null }),
    'item.list': () => ({ accounts: [...this.#items.keys()] }),
    'item.delete': ({ account }) => {
      this.#items.delete(account)
      return null
    },
  }

  async #generate(request: IosGenerateRequest): Promise<{ readonly publicKey: Bytes }> {
    const { world, simulator } = this.#options
    if (this.#keys.has(request.tag)) throw osFailure(osStatus.duplicateItem)
    // The simulator has no Secure Enclave (facts: -25293 or -34018, by its entitlements).
    if (request.secureEnclave && simulator) throw osFailure(osStatus.authFailed)
    const weakness = this.#weakness
    this.#weakness = undefined
    const authorisation = weakness === 'unauthenticated' ? null : await this.#authorisationOf(request)
    const { key, publicKey: spki } = await world.call('key.generate', {
      policy: {
        level: request.secureEnclave ? 'enclave' : 'software',
        algorithm: 'EC',
        purposes: ['sign', 'decrypt'],
        digests: ['SHA-256'],
        mgfDigests: [],
        authorisation,
      },
      attestation: null,
    })
    const publicKey = pointOf(spki)
    const currentSet = authorisation !== null && request.flags.includes('biometryCurrentSet')
    this.#keys.set(request.tag, { key, publicKey, accessible: request.accessible, authorisation, currentSet })
    return { publicKey }
  }

  async #authorisationOf({ flags, accessible }: IosGenerateRequest): Promise<Authorisation | null> {
    const { world } = this.#options
    const root = (await world.call('credential.state', {})).sid
    if (accessible === 'WhenPasscodeSetThisDeviceOnly' && root === '0') throw osFailure(osStatus.authFailed)
    const { sid } = await world.call('sensor.state', {})
    if (flags.includes('biometryCurrentSet')) {
      if (sid === '0') throw laFailure(laError.biometryNotEnrolled)
      return { sids: [sid], types: biometric, timeout: 0 }
    }
    if (flags.includes('biometryAny')) return { sids: [root], types: biometric, timeout: 0 }
    if (flags.includes('userPresence')) return { sids: [root], types: biometric | passcode, timeout: 0 }
    return null
  }

  async #use(use: KeyUse, purpose: 'sign' | 'decrypt'): Promise<{ readonly bytes: Bytes }> {
    const { world, authentication } = this.#options
    const { key, authorisation, currentSet, accessible } = this.#find(use.tag)
    this.#checkInteraction(accessible)
    // What is bound to a set of fingers that is no longer there says so before any prompt.
    if (currentSet) {
      const { sid } = await world.call('sensor.state', {})
      if (!authorisation?.sids.includes(sid)) throw osFailure(osStatus.authFailed)
    }
    if (authorisation !== null && use.interactionNotAllowed === true) throw laFailure(laError.notInteractive)
    const request = { key, purpose, digest: 'SHA-256', mgfDigest: null, token: null } as const
    const { operation, challenge } = await world.call('operation.begin', request)
    try {
      const token = authorisation === null ? null : await authentication.authenticate(use, challenge)
      return await world.call('operation.finish', { operation, bytes: use.bytes, token })
    } catch (error) {
      await world.call('operation.abort', { operation })
      throw failureOf(error)
    }
  }

  /** Nothing that a person must agree to while nobody is there to see it. */
  #checkInteraction(accessible: Item['accessible']): void {
    const { lifecycle, deviceLocked } = this.#options.state
    const asleep = deviceLocked && accessible === 'WhenPasscodeSetThisDeviceOnly'
    const away = lifecycle === 'background' && accessible === 'WhenPasscodeSetThisDeviceOnly'
    if (asleep || away) throw osFailure(osStatus.interactionNotAllowed)
  }

  #find(tag: string): Item {
    const item = this.#keys.get(tag)
    if (item === undefined) throw osFailure(osStatus.itemNotFound)
    return item
  }

  /** Turning the passcode off deletes what was to live only while there is one. */
  async passcodeRemoved(): Promise<void> {
    for (const [tag, { accessible, key }] of [...this.#keys]) {
      if (accessible !== 'WhenPasscodeSetThisDeviceOnly') continue
      this.#keys.delete(tag)
      await this.#options.world.call('key.delete', { key })
    }
  }

  /** What the next key is made without, whatever was asked for. */
  weakenNext(weakness: KeyWeakness): void {
    this.#weakness = weakness
  }
}

function failureOf(error: unknown): unknown {
  if (!(error instanceof SystemFailure) || error.exception !== 'KeyMint') return error
  return osFailure(error.number === keyMintError.invalidArgument ? osStatus.param : osStatus.authFailed)
}
