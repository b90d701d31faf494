import type { ErrorCode } from '@keybound/protocol'
import { encodeBase64Url } from '@keybound/protocol/encoding'
import { chainRules, keyRules } from '../../android/rules.ts'
import type { AttestationError } from '../../errors.ts'
import { toHex } from '../../internal/bytes.ts'
import type { VerifiedRegistration } from '../../webauthn/types.ts'
import type { InspectNode, InspectOptions } from '../types.ts'
import { chainTree, readAll } from './chain-tree.ts'
import { node, notAsked } from './nodes.ts'
import type { RegistrationParts } from './registration-parts.ts'

/** What the sections are drawn from. */
export interface RegistrationDrawing {
  readonly parts: RegistrationParts
  readonly rpId: string | undefined
  readonly verified: VerifiedRegistration | undefined
  readonly error: AttestationError | undefined
  readonly options: InspectOptions
}

/** What the response says, and which of its lines the refusal is about. */
export function webauthnSections(drawing: RegistrationDrawing): readonly InspectNode[] {
  const line = lineMaker(drawing)
  const sections = [
    node('The ceremony', '', { children: ceremonyLines(drawing, line) }),
    node('The credential', '', { children: credentialLines(drawing, line) }),
    node('The attestation', '', { children: attestationLines(drawing, line) }),
  ]
  const { error } = drawing
  if (error === undefined || line.isShown()) return sections
  const further = node(error.code, error.message, { state: 'fail', source: error.rule })
  return [...sections, node('Further rules', '', { children: [further] })]
}

interface LineMaker {
  /** A line about these codes: failed when the refusal has one of them, passed when nothing was refused. */
  (label: string, value: string, codes: readonly ErrorCode[]): InspectNode
  /** Whether some line showed the refusal. */
  isShown(): boolean
}

/** Verification ends at its first refusal, so after one the other lines are only told. */
function lineMaker({ verified, error }: RegistrationDrawing): LineMaker {
  let shown = false
  const line = (label: string, value: string, codes: readonly ErrorCode[]): InspectNode => {
    if (error !== undefined && codes.includes(error.code)) {
      shown = true
      return node(label, value, { state: 'fail', why: error.message, source: error.rule })
    }
    return node(label, value, { state: verified === undefined ? 'told' : 'pass' })
  }
  return Object.assign(line, { isShown: () => shown })
}

function ceremonyLines(
  { parts, rpId, options }: RegistrationDrawing,
  line: LineMaker,
): readonly InspectNode[] {
  const { clientData, data } = parts
  if (clientData === undefined) {
    return [
      line('Client data', 'cannot be read', [
        'response_malformed',
        'client_data_malformed',
        'credential_id_invalid',
      ]),
    ]
  }
  const { challenge, origin, topOrigin, crossOrigin } = clientData
  const relyingParty = rpId ?? (data ? `hash ${toHex(data.rpIdHash).slice(0, 16)}…` : 'unknown')
  return [
    line('Type', clientData.type, ['client_data_type_mismatch']),
    options.challenge === undefined && options.clientData === undefined
      ? notAsked('Challenge', challenge, 'give the one you issued')
      : line('Challenge', challenge, ['challenge_mismatch']),
    options.origins === undefined
      ? notAsked('Origin', origin, 'give the origin you expect')
      : line('Origin', origin, ['origin_mismatch']),
    line('Framed', crossOrigin ? `yes, by ${topOrigin ?? 'a page the client does not name'}` : 'no', [
      'cross_origin_forbidden',
    ]),
    line('Relying party', relyingParty, ['rp_id_mismatch']),
  ]
}

function credentialLines({ parts }: RegistrationDrawing, line: LineMaker): readonly InspectNode[] {
  const { data } = parts
  if (data === undefined) {
    return [
      line('Authenticator data', 'cannot be read', [
        'attestation_object_malformed',
        'authenticator_data_malformed',
        'credential_id_invalid',
      ]),
    ]
  }
  const { flags, attestedCredential: attested, signCount } = data
  const backup = flags.backupEligible
    ? flags.backedUp
      ? 'synced'
      : 'may be synced, is not yet'
    : 'bound to its device'
  return [
    line('Id', attested ? encodeBase64Url(attested.credentialId) : 'none', [
      'credential_id_invalid',
      'authenticator_data_malformed',
    ]),
    line('Key', describeCoseAlgorithm(attested?.coseKey.get(3)), [
      'algorithm_not_allowed',
      'public_key_invalid',
    ]),
    line('Model (AAGUID)', attested ? asUuid(attested.aaguid) : 'none', []),
    line('User present', flags.userPresent ? 'yes' : 'no', ['user_presence_missing']),
    node('User verified', flags.userVerified ? 'yes: by biometric or PIN, which it does not say' : 'no'),
    line('Backup', backup, ['backup_state_invalid']),
    node('Counter', String(signCount)),
  ]
}

function attestationLines({ parts, verified }: RegistrationDrawing, line: LineMaker): readonly InspectNode[] {
  const format = parts.object?.format ?? 'unknown'
  const isAndroidKey = format === 'android-key'
  // Android chains are drawn, and judged, in sections of their own; here it counts that one was refused.
  const drawn = isAndroidKey ? [] : readAll(parts.chain)
  const proof = isAndroidKey ? androidCodes : []
  const tree = chainTree(
    undefined,
    drawn.map((certificate) => ({ certificate, state: 'told' })),
  )
  return [
    line('Format', format, ['attestation_format_unsupported']),
    line('Statement', meaningOf(verified?.attestationType), [
      'attestation_statement_invalid',
      'certificate_malformed',
    ]),
    line('Level', verified?.level ?? 'none', ['attestation_untrusted', 'attestation_required', ...proof]),
    ...(tree ? [node('Certificates', '', { children: [tree] })] : []),
  ]
}

const androidCodes = Object.values({ ...chainRules, ...keyRules }).map(({ code }) => code)

function meaningOf(type: VerifiedRegistration['attestationType'] | undefined): string {
  if (type === undefined) return 'not proven'
  const meanings = {
    none: 'none: says nothing about the authenticator',
    self: 'signed by the credential itself: says nothing about the authenticator',
    basic: 'signed by a certified attestation key',
  }
  return meanings[type]
}

const coseAlgorithms: ReadonlyMap<unknown, string> = new Map([
  [-7, 'ES256'],
  [-9, 'ESP256'],
  [-35, 'ES384'],
  [-51, 'ESP384'],
  [-36, 'ES512'],
  [-52, 'ESP512'],
  [-8, 'EdDSA'],
  [-19, 'Ed25519'],
  [-53, 'Ed448'],
  [-257, 'RS256'],
  [-37, 'PS256'],
  [-38, 'PS384'],
  [-39, 'PS512'],
  [-48, 'ML-DSA-44'],
  [-49, 'ML-DSA-65'],
  [-50, 'ML-DSA-87'],
])

/** How lists of authenticators write a model. */
function asUuid(aaguid: Uint8Array): string {
  if (aaguid.every((octet) => octet === 0)) return 'not said (zeros)'
  return toHex(aaguid).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

function describeCoseAlgorithm(algorithm: unknown): string {
  if (algorithm === undefined) return 'none'
  return `${coseAlgorithms.get(algorithm) ?? 'unknown algorithm'} (${String(algorithm)})`
}
