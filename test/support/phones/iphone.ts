import { hash } from 'node:crypto'
import type { IosDeviceJSON, RegistrationOptionsJSON } from '@keybound/protocol'
import type { AppleAuthority, KeyPair as AppleKey, AttestKnobs } from '../apple-authority.ts'
import {
  assertWith,
  makePair,
  type PhoneAnswer,
  type PhoneKnobs,
  p256JwkOf,
  prepare,
  type SoftwarePhone,
  sealResponse,
  spkiOf,
} from './phone.ts'

/** What an iPhone can get wrong. */
export interface IphoneKnobs extends PhoneKnobs {
  readonly attest?: AttestKnobs
  /** App Attest key; default a new one each time. */
  readonly appAttestKey?: AppleKey
  /** Has App Attest certify other client data. */
  readonly clientDataHash?: Buffer
  /** Sends no App Attest. */
  readonly unattested?: boolean
}

export interface Iphone extends SoftwarePhone {
  register(options: RegistrationOptionsJSON, knobs?: IphoneKnobs): Promise<PhoneAnswer>
}

export const iosApp = { teamId: 'ABCDE12345', bundleId: 'com.example.bank' }
const appId = `${iosApp.teamId}.${iosApp.bundleId}`
export const iosOrigin = `ios:bundle-id:${appId}`

/** A phone whose App Attest is that of the test authority. */
export function createIphone(authority: AppleAuthority): Iphone {
  const keys = { signing: makePair(), sealing: makePair(), proof: makePair() }
  let id = ''
  return {
    platform: 'ios',
    keys,
    async register(options, knobs = {}) {
      const unsigned = prepare(keys, iosOrigin, options, knobs)
      id = unsigned.id
      const { authenticatorData } = unsigned
      const clientDataHash = knobs.clientDataHash ?? unsigned.clientDataHash
      const transcript = hash('sha256', Buffer.concat([authenticatorData, clientDataHash]), 'buffer')
      const key = knobs.appAttestKey === undefined ? {} : { key: knobs.appAttestKey }
      const attested = authority.attest({ appId, clientDataHash: transcript, ...key }, knobs.attest)
      const evidence: Pick<IosDeviceJSON, 'keyId' | 'attestationObject'> = {
        keyId: Buffer.from(attested.keyId).toString('base64url'),
        attestationObject: Buffer.from(attested.attestationObject).toString('base64url'),
      }
      const answer: PhoneAnswer = {
        response: sealResponse(keys, unsigned, 'packed'),
        device: {
          platform: 'ios',
          ...(knobs.unattested === true ? {} : evidence),
          sealingKey: spkiOf(keys.sealing).toString('base64url'),
          proofKey: p256JwkOf(keys.proof),
        },
      }
      return knobs.sent?.(answer) ?? answer
    },
    authenticate: (options, { origin = iosOrigin, flags } = {}) =>
      assertWith(keys, id, origin, options, flags),
  }
}
