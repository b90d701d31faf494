import { hash } from 'node:crypto'
import {
  type AppAttestation,
  AttestationError,
  parseAttestationObject,
  verifyAppAttestation,
} from '@keybound/attestation'
import type { EvidenceRules } from '../evidence/verdict.ts'
import type { IosApplication } from '../policy/apps.ts'
import type {
  AppAttestEvidence,
  AppFindings,
  DeviceEvidence,
  EvidenceVerdict,
} from '../store/evidence-contract.ts'
import { iosOrigin } from './origins.ts'
import { type PhoneEvidence, requireUnprovenAllowed } from './phone-policy.ts'
import { verifyUnproven } from './unproven.ts'

type Iphone = PhoneEvidence<DeviceEvidence & { readonly platform: 'ios' }>

/**
 * Judges an iPhone: the signing key by its self attestation, and what App Attest says of the app that made all three keys
 * and passed their names in the client data.
 */
export async function judgeIphone(evidence: Iphone, rules: EvidenceRules): Promise<EvidenceVerdict> {
  const unproven = await verifyUnproven(evidence, rules)
  const { appAttest } = evidence.device
  if (appAttest === null) {
    requireUnprovenAllowed(rules)
    return unproven
  }
  const app = appFindings(await verifyApp(evidence, appAttest, rules))
  // A key that may leave its device stays what it is, whatever app made it.
  const level = unproven.level === 'W' ? 'W' : rules.registration.apps.iosLevel
  return { ...unproven, level, device: { development: false, sealing: null, proof: null, app } }
}

function verifyApp(
  { attestationObject, clientDataHash, ceremony, issuedAt }: Iphone,
  appAttest: AppAttestEvidence,
  { registration, trust, now }: EvidenceRules,
): Promise<AppAttestation> {
  const app = appOf(ceremony.origin, registration.apps.ios)
  const { authenticatorData } = parseAttestationObject(attestationObject)
  return verifyAppAttestation({
    attestationObject: Buffer.from(appAttest.attestationObject, 'base64url'),
    // Over the authenticator data, which hold the signing key, and the client data, which name the other two.
    clientDataHash: hash('sha256', Buffer.concat([authenticatorData, clientDataHash]), 'buffer'),
    keyId: Buffer.from(appAttest.keyId, 'base64url'),
    app,
    policy: app.policy ?? {},
    trust: trust.apple ?? {},
    issuedAt: new Date(issuedAt * 1000),
    now: new Date(now * 1000),
  })
}

/** The app that the origin names: App Attest must speak of that one and of no other. */
function appOf(origin: string, apps: readonly IosApplication[]): IosApplication {
  const app = apps.find((candidate) => iosOrigin(candidate) === origin)
  if (app !== undefined) return app
  throw new AttestationError(
    'app_identity_mismatch',
    'Apple App Attest, step 6',
    'Unexpected app in the origin, expected a configured one. Add it to registration.apps.ios if it is yours.',
  )
}

function appFindings({ app, environment, testOnly, findings }: AppAttestation): AppFindings {
  return { id: `${app.teamId}.${app.bundleId}`, environment, testOnly, findings }
}
