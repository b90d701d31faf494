import type { AssuranceLevel } from '@keybound/protocol'
import { googleRoots } from '../../android/trust/root.ts'
import type { AndroidTrust } from '../../android/trust/trust.ts'
import type { AndroidKeyAttestation } from '../../android/types.ts'
import { verifyAndroidKeyAttestation } from '../../android/verify.ts'
import { AttestationError } from '../../errors.ts'
import { androidPolicies } from '../../policy/android.ts'
import type { Certificate } from '../../x509/certificate.ts'
import type { StatementInput, StatementVerdict } from '../statements/statement.ts'
import type { TrustOptions } from '../types.ts'
import { checkStatus, findMetadata, isBiometricHardware, rootsOf } from './metadata.ts'
import { checkPath, isAnchored } from './path.ts'
import { readRoots } from './roots.ts'

/** What a statement is worth. */
export interface Assessment {
  readonly level: AssuranceLevel
  /** There when the rules of Android key attestation judged the chain. */
  readonly android?: AndroidKeyAttestation
}

/** WebAuthn L3 §7.1 steps 23 and 24: whether a trust anchor stands behind, and whether the policy can do without. */
export async function assessTrust(verdict: StatementVerdict, input: StatementInput): Promise<Assessment> {
  const { trustPath, subject } = verdict
  const [leaf] = trustPath
  if (leaf === undefined) return assessUncertified(verdict, input)
  if (subject === 'androidKey') return assessAndroid(trustPath, input)
  const assessment = await assessPath(leaf, verdict, input)
  return subject === 'device' ? { level: 'W' } : assessment
}

function assessUncertified({ type }: StatementVerdict, { options }: StatementInput): Assessment {
  const { attestation = 'optional' } = options.policy ?? {}
  if (attestation === 'optional' || attestation === 'any') return { level: 'W' }
  throw new AttestationError(
    'attestation_required',
    'WebAuthn L3 §7.1 step 24',
    `Unexpected attestation of type ${type}, expected certificates that lead to a trust anchor.`,
  )
}

async function assessPath(
  leaf: Certificate,
  { trustPath: path, subject }: StatementVerdict,
  input: StatementInput,
): Promise<Assessment> {
  const { policy = {}, trust, issuedAt, now } = input.options
  const { attestation = 'optional' } = policy
  await checkPath(path, input.crypto)
  const metadata = await findMetadata(leaf, subject, input)
  if (metadata !== undefined) checkStatus(metadata, now)
  const roots = metadata === undefined ? trust.roots : rootsOf(metadata)
  if (await isAnchored(path, readRoots(roots, trust.testOnly), issuedAt, input.crypto)) {
    const isBiometric = metadata !== undefined && isBiometricHardware(metadata)
    return { level: trustedLevel(isBiometric, input) }
  }
  const proofIsWanted = roots.length > 0 || metadata !== undefined
  if (attestation === 'any' || (attestation === 'optional' && !proofIsWanted)) return { level: 'W' }
  throw untrusted()
}

/**
 * A key that may leave its device stays a web credential. Otherwise the hardware is proven; what verified the user may
 * still be a PIN, unless the maker says that it cannot.
 */
function trustedLevel(isBiometric: boolean, { authenticatorData }: StatementInput): AssuranceLevel {
  const { backupEligible, userVerified } = authenticatorData.flags
  if (backupEligible) return 'W'
  return isBiometric && userVerified ? 'L2' : 'L1'
}

/**
 * Android chains have rules of their own. Where the policy does not insist, a chain that proves no hardware may still
 * be a web credential, if it leads to one of the roots that were configured for statements.
 */
async function assessAndroid(path: readonly Certificate[], input: StatementInput): Promise<Assessment> {
  const { policy = {}, trust, issuedAt, now } = input.options
  const { policy: keyPolicy, level } = policy.android ?? { policy: androidPolicies.W, level: 'W' }
  const { testOnly = false } = trust
  try {
    const android = await verifyAndroidKeyAttestation({
      chain: path.map(({ raw }) => raw),
      challenge: input.clientDataHash,
      role: 'signing',
      policy: keyPolicy,
      trust: androidTrustOf(trust),
      issuedAt,
      now,
      crypto: input.crypto,
    })
    // The chain speaks of hardware, the flag of a copy elsewhere: what the two prove together is neither.
    return { level: input.authenticatorData.flags.backupEligible ? 'W' : level, android }
  } catch (cause) {
    const { attestation = 'optional' } = policy
    const insists = policy.android !== undefined || (attestation !== 'optional' && attestation !== 'any')
    if (insists || !(cause instanceof AttestationError)) throw cause
    await checkPath(path, input.crypto)
    if (policy.attestation === 'any') return { level: 'W' }
    if (await isAnchored(path, readRoots(trust.roots, testOnly), issuedAt, input.crypto))
      return { level: 'W' }
    throw cause
  }
}

/** What `android-key` is judged by. */
export function androidTrustOf({ android, roots, testOnly = false }: TrustOptions): AndroidTrust {
  return android ?? { roots: [...googleRoots, ...roots], testOnly }
}

function untrusted(): AttestationError {
  return new AttestationError(
    'attestation_untrusted',
    'WebAuthn L3 §7.1 step 24',
    'Unexpected certificates, expected them to lead to a trusted root. Configure the root of the maker if it is missing.',
  )
}
