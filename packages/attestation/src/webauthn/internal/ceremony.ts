import type { CryptoPort } from '../../crypto/port.ts'
import { AttestationError } from '../../errors.ts'
import { BoundedCache } from '../../internal/bounded-cache.ts'
import { equalBytes } from '../../internal/bytes.ts'
import type { AuthenticatorData } from '../authenticator-data.ts'
import type { ClientData, ExpectedCeremony } from '../types.ts'

/**
 * The steps of WebAuthn L3 §7.1 (registration) that these checks implement, and of §7.2 (authentication): the rules are
 * the same, their numbers are not.
 */
export interface CeremonySteps {
  readonly type: string
  readonly challenge: string
  readonly origin: string
  readonly crossOrigin: string
  readonly topOrigin: string
  readonly rpId: string
  readonly userPresence: string
  readonly userVerification: string
  readonly backup: string
}

export const registrationSteps: CeremonySteps = {
  type: 'WebAuthn L3 §7.1 step 7',
  challenge: 'WebAuthn L3 §7.1 step 8',
  origin: 'WebAuthn L3 §7.1 step 9',
  crossOrigin: 'WebAuthn L3 §7.1 step 10',
  topOrigin: 'WebAuthn L3 §7.1 step 11',
  rpId: 'WebAuthn L3 §7.1 step 14',
  userPresence: 'WebAuthn L3 §7.1 step 15',
  userVerification: 'WebAuthn L3 §7.1 step 16',
  backup: 'WebAuthn L3 §7.1 step 17',
}

export const authenticationSteps: CeremonySteps = {
  type: 'WebAuthn L3 §7.2 step 10',
  challenge: 'WebAuthn L3 §7.2 step 11',
  origin: 'WebAuthn L3 §7.2 step 12',
  crossOrigin: 'WebAuthn L3 §7.2 step 13',
  topOrigin: 'WebAuthn L3 §7.2 step 14',
  rpId: 'WebAuthn L3 §7.2 step 15',
  userPresence: 'WebAuthn L3 §7.2 step 16',
  userVerification: 'WebAuthn L3 §7.2 step 17',
  backup: 'WebAuthn L3 §7.2 step 18',
}

/** Type, challenge, origin and framing of the client data against what the relying party asked for. */
export function checkClientData(
  clientData: ClientData,
  type: 'webauthn.create' | 'webauthn.get',
  expected: ExpectedCeremony,
  steps: CeremonySteps,
): void {
  if (clientData.type !== type) {
    throw refusal(
      'client_data_type_mismatch',
      steps.type,
      `type ${quote(clientData.type)}, expected "${type}"`,
    )
  }
  // An empty expectation is a mistake of the caller, and no client data may profit from it.
  if (clientData.challenge !== expected.challenge || clientData.challenge === '') {
    throw refusal('challenge_mismatch', steps.challenge, 'challenge, expected the one that was issued')
  }
  if (!isListed(expected.origins, clientData.origin)) {
    const listed = [expected.origins].flat().map(quote).join(' or ')
    throw refusal('origin_mismatch', steps.origin, `origin ${quote(clientData.origin)}, expected ${listed}`)
  }
  checkFraming(clientData, expected, steps)
}

/** Exactly one of the list. A text given in its place, as JavaScript lets callers do, lists none of its parts. */
function isListed(origins: readonly string[] | undefined, origin: string): boolean {
  return Array.isArray(origins) && origins.includes(origin)
}

function checkFraming(clientData: ClientData, expected: ExpectedCeremony, steps: CeremonySteps): void {
  const { crossOrigin, topOrigin } = clientData
  if (topOrigin !== undefined) {
    // L3 §5.8.1: clients set topOrigin only where crossOrigin is true.
    if (!crossOrigin) {
      throw refusal(
        'cross_origin_forbidden',
        steps.topOrigin,
        'topOrigin without crossOrigin, expected both or none',
      )
    }
    if (!isListed(expected.topOrigins, topOrigin)) {
      const what = `topOrigin ${quote(topOrigin)}, expected one that may frame this page`
      throw refusal('cross_origin_forbidden', steps.topOrigin, what)
    }
  } else if (crossOrigin && expected.unnamedTopOrigin !== 'accept') {
    throw refusal(
      'cross_origin_forbidden',
      steps.crossOrigin,
      'crossOrigin, expected a page that is not framed',
    )
  }
}

/** Relying party, user presence, user verification and backup flags of the authenticator data. */
export function checkAuthenticatorData(
  data: AuthenticatorData,
  rpIdHash: Uint8Array,
  expected: Pick<ExpectedCeremony, 'rpId' | 'userVerification'>,
  steps: CeremonySteps,
  userPresence: 'required' | 'optional' = 'required',
): void {
  if (!equalBytes(data.rpIdHash, rpIdHash)) {
    throw refusal(
      'rp_id_mismatch',
      steps.rpId,
      `relying party hash, expected that of ${quote(expected.rpId)}`,
    )
  }
  if (userPresence === 'required' && !data.flags.userPresent) {
    throw refusal('user_presence_missing', steps.userPresence, 'flag UP = 0, expected 1')
  }
  if (expected.userVerification !== 'preferred' && !data.flags.userVerified) {
    throw refusal('user_verification_missing', steps.userVerification, 'flag UV = 0, expected 1')
  }
  if (data.flags.backedUp && !data.flags.backupEligible) {
    throw refusal(
      'backup_state_invalid',
      steps.backup,
      'flags BS = 1 and BE = 0, expected BE = 1 where BS = 1',
    )
  }
}

const utf8 = new TextEncoder()
/** A server has one relying party id, or a few. By port, so that one port never answers for another. */
const rpIdHashes = new WeakMap<CryptoPort, BoundedCache<Uint8Array>>()

/** SHA-256 of the relying party id; at once, except the first time. */
export function hashRpId(rpId: string, crypto: CryptoPort): Uint8Array | Promise<Uint8Array> {
  return rpIdHashes.get(crypto)?.get(rpId) ?? rememberRpId(rpId, crypto)
}

async function rememberRpId(rpId: string, crypto: CryptoPort): Promise<Uint8Array> {
  const hash = await crypto.sha256(utf8.encode(rpId))
  const hashes = rpIdHashes.get(crypto) ?? new BoundedCache<Uint8Array>(32)
  hashes.set(rpId, hash)
  rpIdHashes.set(crypto, hashes)
  return hash
}

/** Values from the client in messages: bounded and on one line. */
function quote(text: string): string {
  return JSON.stringify(text.length > 128 ? `${text.slice(0, 128)}…` : text)
}

type CeremonyCode = ConstructorParameters<typeof AttestationError>[0]

function refusal(code: CeremonyCode, rule: string, what: string): AttestationError {
  return new AttestationError(code, rule, `Unexpected ${what}.`)
}
