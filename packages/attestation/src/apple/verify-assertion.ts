import { defaultCrypto } from '#default-crypto'
import type { CryptoPort } from '../crypto/port.ts'
import { concatBytes } from '../der/index.ts'
import { Ledger } from '../policy/ledger.ts'
import { type AppAssertionObject, readAppAssertionObject } from './attestation-object.ts'
import { readAssertionData } from './authenticator-data.ts'
import { findApp } from './internal/app.ts'
import { requireApps, requireClientDataHash, requireCounter } from './internal/expectations.ts'
import { judgeLaunch } from './internal/launch.ts'
import { assertionRules as rules } from './rules.ts'
import type { AppAssertion, VerifyAppAssertionOptions } from './types.ts'

/**
 * Verifies an App Attest assertion (Apple, "Validating apps that connect to your server", assertion steps 1 to 5).
 * Step 6 is the server's: the client data must hold its one-time challenge and the digest of the request. Store the
 * counter in the transaction that consumes the challenge, or two copies of one assertion may both pass.
 *
 * Refuses with `AttestationError`: `app_attest_malformed`, `public_key_invalid`, `signature_invalid`,
 * `app_identity_mismatch`, `app_attest_counter_invalid`, `app_attest_build_forbidden`; and with
 * `configuration_invalid` when the expectations themselves make no sense.
 */
export async function verifyAppAssertion(options: VerifyAppAssertionOptions): Promise<AppAssertion> {
  const { policy = {}, registered, crypto = defaultCrypto } = options
  const clientDataHash = requireClientDataHash(options.clientDataHash)
  const previousCounter = requireCounter(options.previousCounter)
  const apps = requireApps(options.app)
  const ledger = new Ledger('enforce')
  const object = readAppAssertionObject(options.assertion)
  const data = readAssertionData(object.authenticatorData)

  // Steps 1 to 3
  await judgeSignature(object, options.publicKey, clientDataHash, ledger, crypto)
  // Step 4
  const app = await findApp(data.rpIdHash, apps, rules.app, ledger, crypto)
  if (app === undefined) throw new Error('A failed rule of App Attest did not end the judging.')
  // Step 5: unsigned, so that a counter above 2^31 is no negative number.
  const { counter, launch } = data
  ledger.check(rules.counter, counter > previousCounter, `counter ${counter}`, `more than ${previousCounter}`)

  judgeLaunch(launch, policy, registered, ledger)
  return { counter, app, launch, findings: ledger.findings }
}

/** The signature is over the nonce, so the data are hashed twice: once here, once by ES256. */
async function judgeSignature(
  { signature, authenticatorData }: AppAssertionObject,
  spki: Uint8Array,
  clientDataHash: Uint8Array,
  ledger: Ledger,
  crypto: CryptoPort,
): Promise<void> {
  const nonce = await crypto.sha256(concatBytes([authenticatorData, clientDataHash]))
  const genuine = await crypto.verify('ecdsa-p256-sha256', { spki }, signature, nonce)
  const found = genuine ? 'signature of the attested key' : 'signature'
  ledger.check(rules.signature, genuine, found, 'one by the attested key over this nonce')
}
