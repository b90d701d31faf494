import { defaultCrypto } from '#default-crypto'
import { Ledger } from '../policy/ledger.ts'
import { readAppAttestationObject } from './attestation-object.ts'
import { readKeyId, requireApps, requireHash, requireOrder } from './internal/expectations.ts'
import { type JudgedAttestation, judgeAttestation } from './judge-attestation.ts'
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
    clientDataHash: requireHash('clientDataHash', options.clientDataHash),
    apps: requireApps(options.app),
    keyId: readKeyId(options.keyId),
    roots: trustedAppleRoots(trust),
    policy,
    issuedAt,
  }
  const ledger = new Ledger('enforce')
  const object = readAppAttestationObject(options.attestationObject)
  const judged = await judgeAttestation(object, expected, ledger, crypto)
  const { app, environment, root, leaf } = requireAll(judged)
  return {
    keyId: object.authData.credentialId.slice(),
    publicKey: leaf.publicKey.spki.slice(),
    app,
    environment,
    counter: 0,
    receipt: object.receipt.slice(),
    launch: object.authData.launch,
    testOnly: root.kind !== 'production',
    findings: ledger.findings,
  }
}

/** An enforcing ledger has thrown before any of these could be missing; this says so to the compiler, and to a bug. */
function requireAll(judged: JudgedAttestation | undefined): AllOf<JudgedAttestation> {
  const { app, environment, root, leaf } = judged ?? {}
  if (!app || !environment || !root || !leaf)
    throw new Error('A failed rule of App Attest did not end the judging.')
  return { app, environment, root, leaf }
}

type AllOf<T> = { readonly [K in keyof T]-?: NonNullable<T[K]> }
