import type { Base64Url, CoseAlgorithm, RegistrationResponseJSON } from '@keybound/protocol'
import { encodeBase64Url } from '@keybound/protocol/encoding'
import { defaultCrypto } from '#default-crypto'
import type { CryptoPort } from '../crypto/port.ts'
import { AttestationError } from '../errors.ts'
import { statementFormats } from '../webauthn/statements/index.ts'
import type { RegistrationPolicy, VerifiedRegistration } from '../webauthn/types.ts'
import { verifyRegistration } from '../webauthn/verify-registration.ts'
import { descriptionOf, inspectAndroidKey, inspectionPolicy } from './android-key.ts'
import { readAll } from './internal/chain-tree.ts'
import { createdAt } from './internal/key-words.ts'
import { refusalOf } from './internal/nodes.ts'
import { guessRpId, type RegistrationParts, readParts } from './internal/registration-parts.ts'
import { printable } from './internal/text.ts'
import { webauthnSections } from './internal/webauthn-sections.ts'
import type { Inspection, InspectNode, InspectOptions } from './types.ts'

const algorithms: readonly CoseAlgorithm[] = [
  ...([-7, -35, -36, -8, -257, -9, -51, -52, -19, -53, -37, -38, -39, -48, -49, -50] as const),
]
/** Verifies a WebAuthn registration response and draws it as a tree. Throws nothing for what was sent. */
export async function inspectRegistration(response: unknown, options: InspectOptions): Promise<Inspection> {
  const { crypto = defaultCrypto } = options
  const parts = readParts(response)
  const rpId = options.rpId ?? (await guessRpId(parts, crypto))
  const outcome = await verify(response as RegistrationResponseJSON, parts, rpId, options)
  const error = outcome instanceof AttestationError ? outcome : undefined
  const verified = outcome instanceof AttestationError ? undefined : outcome
  return {
    kind: 'webauthnRegistration',
    title: 'WebAuthn registration',
    passed: verified !== undefined,
    summary:
      verified === undefined ? printable(error?.message ?? '', 'reason') : summaryOf(verified, options),
    refusal: error && refusalOf(error),
    notAsked: notAskedOf(verified, options),
    sections: [
      ...webauthnSections({ parts, rpId, verified, error, options }),
      ...(await androidSections(parts, options, crypto)),
    ],
    findings: verified?.android?.findings ?? [],
  }
}

/**
 * Draws an attestation object. Its statement is over the client data as well, so with `clientData` it is verified like
 * a registration; without them nothing is proven, whatever it says.
 */
export async function inspectAttestationObject(
  attestationObject: Base64Url,
  options: InspectOptions,
): Promise<Inspection> {
  const inner = {
    clientDataJSON: encodeBase64Url(options.clientData ?? new Uint8Array(0)),
    attestationObject,
  }
  const { data } = readParts({ response: inner })
  const id = encodeBase64Url(data?.attestedCredential?.credentialId ?? new Uint8Array(0))
  const response = { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response: inner }
  const { clientData: _, ...withoutClientData } = options
  const inspection = await inspectRegistration(response, withoutClientData)
  const titled = { ...inspection, kind: 'webauthnAttestation', title: 'WebAuthn attestation object' } as const
  if (options.clientData !== undefined) return titled
  const summary = 'An attestation object is over its client data as well: give them, or the whole response.'
  return { ...titled, passed: false, summary, notAsked: ['client data'] }
}

async function verify(
  response: RegistrationResponseJSON,
  parts: RegistrationParts,
  rpId: string | undefined,
  options: InspectOptions,
): Promise<VerifiedRegistration | AttestationError> {
  const { now, crypto = defaultCrypto, roots = [], testOnly = false } = options
  const { clientData } = parts
  const challenge = options.challenge ? encodeBase64Url(options.challenge) : (clientData?.challenge ?? '')
  try {
    return await verifyRegistration({
      response,
      expected: {
        challenge,
        origins: options.origins ?? (clientData ? [clientData.origin] : []),
        // Where the page's address confirms none, the empty id fails and says so.
        rpId: rpId ?? '',
        userVerification: 'preferred',
        topOrigins: clientData?.topOrigin === undefined ? [] : [clientData.topOrigin],
        unnamedTopOrigin: 'accept',
        algorithms,
      },
      policy: policyOf(options),
      trust: { roots, testOnly },
      issuedAt: timeOf(parts, options),
      now,
      crypto,
    })
  } catch (cause) {
    if (cause instanceof AttestationError) return cause
    throw cause
  }
}

function policyOf(options: InspectOptions): RegistrationPolicy {
  const { level = 'W', roots } = options
  return {
    formats: statementFormats,
    attestation: roots === undefined ? 'any' : 'trusted',
    level,
    android: { policy: inspectionPolicy(level, options), level },
  }
}

function timeOf({ chain }: RegistrationParts, { issuedAt, now }: InspectOptions): Date {
  if (issuedAt !== 'created') return issuedAt ?? now
  const [leaf] = readAll(chain.slice(0, 1))
  const description = descriptionOf(leaf)
  // The leaf of an Android key says 1970; the key description knows better.
  return (description ? createdAt(description) : leaf?.notBefore) ?? now
}

/** What an android-key statement's own chain says, judged against the hash of the client data. */
async function androidSections(
  { object, chain, clientDataBytes }: RegistrationParts,
  options: InspectOptions,
  crypto: CryptoPort,
): Promise<readonly InspectNode[]> {
  if (object?.format !== 'android-key') return []
  const { challenge: _, clientData: __, ...rest } = options
  const isKnown = clientDataBytes !== undefined && clientDataBytes.length > 0
  const challenge = isKnown ? { challenge: await crypto.sha256(clientDataBytes) } : {}
  return (await inspectAndroidKey(chain, { ...rest, ...challenge })).sections
}

function summaryOf(
  { attestationType, level, android, testOnly }: VerifiedRegistration,
  options: InspectOptions,
): string {
  const test = testOnly ? ' Trust made for tests stands behind it.' : ''
  if (android !== undefined) return `A genuine Android hardware key, as level ${level} asks.${test}`
  if (attestationType !== 'basic')
    return `A sound response at level ${level}; nothing proves where the key lives.`
  if (options.roots === undefined)
    return 'A sound response; the maker of the authenticator was not looked up.'
  return `A sound response at level ${level}; a trusted root stands behind the authenticator.${test}`
}

function notAskedOf(verified: VerifiedRegistration | undefined, options: InspectOptions): readonly string[] {
  const isUnrooted = verified?.attestationType === 'basic' && verified.android === undefined
  const missing = [
    options.challenge === undefined ? 'challenge' : '',
    options.origins === undefined ? 'origin' : '',
    options.rpId === undefined ? 'relying party' : '',
    isUnrooted && options.roots === undefined ? 'trust anchor' : '',
  ]
  return missing.filter(Boolean)
}
