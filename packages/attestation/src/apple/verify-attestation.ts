import { defaultCrypto } from '#default-crypto'
import { AttestationError } from '../errors.ts'
import type { Finding } from '../policy/finding.ts'
import { Ledger } from '../policy/ledger.ts'
import { type AppAttestationObject, readAppAttestationObject } from './attestation-object.ts'
import { readKeyId, requireApps, requireClientDataHash, requireOrder } from './internal/expectations.ts'
import { type JudgedObject, judgeObject } from './judge-object.ts'
import { trustedAppleRoots } from './trust.ts'
import type { AppAttestation, VerifyAppAttestationOptions } from './types.ts'

/**
 * Verifies an App Attest attestation (Apple, "Validating apps that connect to your server", attestation steps 1 to 9
 * and launch validation). Nothing is written and nothing is fetched: consume the challenge, refuse a key id that
 * another account holds and store the result in one transaction.
 *
 * What it proves: a genuine Apple device made this P-256 key in its Secure Enclave for this very app, and the app
 * passed the client data. Not that a person was there, and not where any other key lives: that the biometric key in the
 * client data is in the Enclave is the attested app's word.
 *
 * Refuses with `AttestationError`: `app_attest_malformed`, `certificate_malformed`, `attestation_chain_invalid`,
 * `attestation_chain_expired`, `attestation_untrusted`, `app_attest_nonce_mismatch`, `app_attest_key_mismatch`,
 * `app_identity_mismatch`, `app_attest_counter_invalid`, `app_attest_environment_forbidden`,
 * `app_attest_build_forbidden`, `app_attest_mac_not_secured`; and with `configuration_invalid`
 * when the expectations themselves make no sense.
 */
export async function verifyAppAttestation(options: VerifyAppAttestationOptions): Promise<AppAttestation> {
  const { policy = {}, trust, issuedAt, now, crypto = defaultCrypto } = options
  requireOrder(issuedAt, now)
  const expected = {
    clientDataHash: requireClientDataHash(options.clientDataHash),
    apps: requireApps(options.app),
    keyId: readKeyId(options.keyId),
    roots: trustedAppleRoots(trust),
    policy,
    issuedAt,
  }
  const ledger = new Ledger('enforce')
  const object = readAppAttestationObject(options.attestationObject)
  const judged = await judgeObject(object, expected, ledger, crypto)
  return verdictOf(object, judged, ledger.findings)
}

/** What a judging can be asked without: where an expectation is left out, the rule about it is not judged. */
export type JudgeAppAttestationOptions = Omit<
  VerifyAppAttestationOptions,
  'clientDataHash' | 'keyId' | 'app'
> &
  Partial<Pick<VerifyAppAttestationOptions, 'clientDataHash' | 'keyId' | 'app'>>

/** What came of judging an attestation to the end, passed or not. */
export interface AppAttestationJudgement {
  /** Every rule that was judged passed. Without `clientDataHash` nothing ties the object to its certificates. */
  readonly passed: boolean
  /** Every rule that was judged. */
  readonly findings: readonly Finding[]
  /** The first refusal; what `verifyAppAttestation` throws. */
  readonly error: AttestationError | undefined
  /** The object as it was sent, if it could be read. A claim, unless `passed`. */
  readonly object: AppAttestationObject | undefined
}

/**
 * Judges every rule to the end and says all of them, passed or not, so that a person sees what is wrong with an
 * attestation. Never throws for what was sent. Decide by {@link verifyAppAttestation}.
 */
export async function judgeAppAttestation(
  options: JudgeAppAttestationOptions,
): Promise<AppAttestationJudgement> {
  const { policy = {}, trust, issuedAt, now, app, clientDataHash, crypto = defaultCrypto } = options
  requireOrder(issuedAt, now)
  const ledger = new Ledger('collect')
  const expected = {
    clientDataHash: clientDataHash && requireClientDataHash(clientDataHash),
    apps: app && requireApps(app),
    roots: trustedAppleRoots(trust),
    policy,
    issuedAt,
  }
  let object: AppAttestationObject | undefined
  try {
    const keyId = options.keyId === undefined ? undefined : readKeyId(options.keyId)
    object = readAppAttestationObject(options.attestationObject)
    await judgeObject(object, { ...expected, keyId }, ledger, crypto)
  } catch (cause) {
    if (!(cause instanceof AttestationError)) throw cause
    ledger.fail(cause)
  }
  const { findings, firstFailure: error } = ledger
  return { passed: error === undefined, findings, error, object }
}

function verdictOf(
  { authData, receipt }: AppAttestationObject,
  judged: JudgedObject | undefined,
  findings: readonly Finding[],
): AppAttestation {
  const { app, environment, root, leaf } = requireAll(judged)
  return {
    keyId: authData.credentialId.slice(),
    publicKey: leaf.publicKey.spki.slice(),
    app,
    environment,
    counter: 0,
    receipt: receipt.slice(),
    launch: authData.launch,
    testOnly: root.kind !== 'production',
    findings,
  }
}

/** An enforcing ledger has thrown before any of these could be missing; this says so to the compiler, and to a bug. */
function requireAll(judged: JudgedObject | undefined): AllOf<JudgedObject> {
  const { app, environment, root, leaf } = judged ?? {}
  if (!app || !environment || !root || !leaf)
    throw new Error('A failed rule of App Attest did not end the judging.')
  return { app, environment, root, leaf }
}

type AllOf<T> = { readonly [K in keyof T]-?: NonNullable<T[K]> }
