import { defaultCrypto } from '#default-crypto'
import { equalBytes, toHex } from '../internal/bytes.ts'
import { normalizeDigest } from '../policy/android.ts'
import { Ledger } from '../policy/ledger.ts'
import { openToken } from './open-token.ts'
import { type IntegrityPayload, readPayload } from './payload.ts'
import { integrityRules } from './rules.ts'
import type { PlayIntegrityPolicy, PlayIntegrityVerdict, VerifyPlayIntegrityOptions } from './types.ts'

const defaultMaxAge = 300
/** Seconds that Google's clock may be ahead of ours. */
const clockTolerance = 60

/**
 * Verifies a verdict token of a classic Play Integrity request with the app's own keys, without asking Google:
 * decrypts it, checks Google's signature, that it answers this request of this app, and what it says of app, device
 * and account. The caller consumes the nonce once.
 * Throws `AttestationError` at the first rule that is broken: `play_integrity_…` or `app_identity_mismatch`.
 */
export async function verifyPlayIntegrity(
  options: VerifyPlayIntegrityOptions,
): Promise<PlayIntegrityVerdict> {
  const { token, keys, nonce, policy, now, crypto = defaultCrypto } = options
  const subtle = options.subtle ?? globalThis.crypto.subtle
  const payload = readPayload(await openToken(token, keys, crypto, subtle))
  const ledger = new Ledger('enforce')
  judgeRequest(ledger, payload, nonce, policy, now)
  judgeApp(ledger, payload, policy)
  judgeDevice(ledger, payload, policy)
  const { requestPackageName: _request, nonce: _nonce, ...said } = payload
  return { ...said, findings: ledger.findings }
}

/** Google asks to check these before any verdict: they say whose answer this is. */
function judgeRequest(
  ledger: Ledger,
  payload: IntegrityPayload,
  nonce: Uint8Array,
  policy: PlayIntegrityPolicy,
  now: Date,
): void {
  const forTests = payload.testOnly
  const mayBeTest = policy.testOnly === true
  ledger.check(
    integrityRules.notForTests,
    !forTests || mayBeTest,
    forTests ? 'a test response' : 'a real one',
    'a real one',
  )
  const same = nonce.length >= 16 && equalBytes(payload.nonce, nonce)
  const expected = nonce.length >= 16 ? `nonce ${toHex(nonce)}` : 'a nonce of at least 16 bytes to be given'
  ledger.check(integrityRules.nonce, same, `nonce ${toHex(payload.nonce)}`, expected)
  const names = policy.applications.map(({ packageName }) => packageName)
  const known = names.includes(payload.requestPackageName)
  ledger.check(integrityRules.requestPackage, known, payload.requestPackageName, listOf(names))
  const { maxAge = defaultMaxAge } = policy
  const age = (now.getTime() - payload.requestedAt.getTime()) / 1000
  const fresh = age >= -clockTolerance && age <= maxAge
  const found = Number.isNaN(age) ? 'a token without time' : `a token ${Math.round(age)} s old`
  ledger.check(integrityRules.age, fresh, found, `at most ${maxAge} s`)
}

/** The name in the request may be forged on the way; the one Google Play found must be ours too, and its signer. */
function judgeApp(ledger: Ledger, payload: IntegrityPayload, policy: PlayIntegrityPolicy): void {
  const { appRecognition, packageName, signerDigests, versionCode } = payload
  const accepted = policy.app === 'any' ? ['PLAY_RECOGNIZED', 'UNRECOGNIZED_VERSION'] : ['PLAY_RECOGNIZED']
  ledger.check(
    integrityRules.appRecognition,
    accepted.includes(appRecognition),
    appRecognition,
    listOf(accepted),
  )
  // That the request's package is a configured one was checked before (`requestPackage`).
  const isOurs = packageName === payload.requestPackageName
  ledger.check(integrityRules.application, isOurs, packageName || 'no package', payload.requestPackageName)
  const allowed = policy.applications.filter((app) => {
    const digests = app.signerDigests.map(normalizeDigest)
    const isSigned = signerDigests.length > 0 && signerDigests.every((digest) => digests.includes(digest))
    return app.packageName === packageName && isSigned
  })
  ledger.check(
    integrityRules.signer,
    allowed.length > 0,
    `signer ${listOf(signerDigests)}`,
    'configured signers only',
  )
  const minimum = Math.min(...allowed.map(({ minVersion = 0 }) => minVersion))
  const version = versionCode ?? 0
  ledger.check(integrityRules.version, version >= minimum, `version ${version}`, `at least ${minimum}`)
}

function judgeDevice(ledger: Ledger, payload: IntegrityPayload, policy: PlayIntegrityPolicy): void {
  const { device = ['MEETS_DEVICE_INTEGRITY'], account = 'any' } = policy
  const complete = device.every((label) => payload.deviceLabels.includes(label))
  ledger.check(integrityRules.device, complete, listOf(payload.deviceLabels), listOf(device))
  if (account === 'any') return
  ledger.check(integrityRules.account, payload.licensing === 'LICENSED', payload.licensing, 'LICENSED')
}

function listOf(items: readonly string[]): string {
  return items.join(', ') || 'none'
}
