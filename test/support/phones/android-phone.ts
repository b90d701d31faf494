import { hash } from 'node:crypto'
import { deviceKeyChallenge, type RegistrationOptionsJSON } from '@keybound/protocol'
import {
  attestedApp,
  chainSpecs,
  type DescriptionSpec,
  describeKey,
  keyDescriptionExtension,
  keyUsage,
  type Role,
  writeChain,
} from '../android-authority/index.ts'
import {
  assertWith,
  makePair,
  type PhoneAnswer,
  type PhoneKeyPairs,
  type PhoneKnobs,
  prepare,
  type SoftwarePhone,
  sealResponse,
  spkiOf,
} from './phone.ts'

/** What an Android phone can get wrong. */
export interface AndroidKnobs extends PhoneKnobs {
  /** What the leaf of a role says. */
  readonly description?: (right: DescriptionSpec, role: Role) => DescriptionSpec
  /** `TEE` or `StrongBox`, of a role. */
  readonly level?: (role: Role) => 'TEE' | 'StrongBox'
  /** Sends no evidence for the signing key. */
  readonly selfAttested?: boolean
}

export interface AndroidPhone extends SoftwarePhone {
  register(options: RegistrationOptionsJSON, knobs?: AndroidKnobs): Promise<PhoneAnswer>
}

export const androidOrigin = `android:apk-key-hash:${Buffer.from(attestedApp.signer).toString('base64url')}`

const sha256 = (bytes: Uint8Array) => hash('sha256', bytes, 'buffer')

/** A phone whose chains are those of the test authority. */
export function createAndroidPhone(): AndroidPhone {
  const keys = { signing: makePair(), sealing: makePair('rsa2048'), proof: makePair() }
  let id = ''
  return {
    platform: 'android',
    keys,
    async register(options, knobs = {}) {
      const unsigned = prepare(keys, androidOrigin, options, knobs)
      id = unsigned.id
      const challengeOf = (role: 'sealing' | 'proof') => deviceKeyChallenge(role, options.challenge, sha256)
      const sealing = chainOf(keys, 'sealing', await challengeOf('sealing'), knobs)
      const proof = chainOf(keys, 'proof', await challengeOf('proof'), knobs)
      const signing = chainOf(keys, 'signing', unsigned.clientDataHash, knobs)
      const response =
        knobs.selfAttested === true
          ? sealResponse(keys, unsigned, 'packed')
          : sealResponse(keys, unsigned, 'android-key', [['x5c', signing]])
      const answer: PhoneAnswer = {
        response,
        device: { platform: 'android', sealingChain: texts(sealing), proofChain: texts(proof) },
      }
      return knobs.sent?.(answer) ?? answer
    },
    authenticate: (options, { origin = androidOrigin, flags } = {}) =>
      assertWith(keys, id, origin, options, flags),
  }
}

function chainOf(
  keys: PhoneKeyPairs,
  role: Role,
  challenge: Uint8Array,
  { description, level = () => 'TEE' }: AndroidKnobs,
): Uint8Array[] {
  const strength = level(role) === 'StrongBox' ? 2 : 1
  const levels = { attestationSecurityLevel: strength, keyMintSecurityLevel: strength }
  const right = { ...describeKey(role), ...levels, challenge }
  const extension = keyDescriptionExtension(description?.(right, role) ?? right)
  const [leaf, ...issuers] = chainSpecs({ role, level: level(role) })
  if (leaf === undefined) throw new Error('Unexpected empty chain.')
  const spki = new Uint8Array(spkiOf(keys[role]))
  return writeChain([{ ...leaf, spki, extensions: [keyUsage('digitalSignature'), extension] }, ...issuers])
}

function texts(chain: readonly Uint8Array[]): string[] {
  return chain.map((certificate) => Buffer.from(certificate).toString('base64url'))
}
