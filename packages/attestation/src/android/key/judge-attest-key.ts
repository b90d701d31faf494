import { equalBytes } from '../../internal/bytes.ts'
import type { Ledger } from '../../policy/ledger.ts'
import type { KeyDescription } from '../key-description/key-description.ts'
import type { RootOfTrust } from '../key-description/root-of-trust.ts'
import { keyPurpose } from '../key-description/values.ts'
import { keyRules } from '../rules.ts'

/**
 * Judges the attest key that signed a leaf: it may only attest, was made in the hardware, and speaks of the very
 * device, system, app and challenge that the leaf speaks of. Otherwise an attested signing key, which signs whatever
 * its app wants, could stand in its place.
 */
export function judgeAttestKey(ledger: Ledger, leaf: KeyDescription, attestKey: KeyDescription): void {
  const { hardwareEnforced: hardware, softwareEnforced: software } = attestKey
  const facts: readonly (readonly [boolean, string])[] = [
    [hardware.purposes?.length === 1 && hardware.purposes[0] === keyPurpose.attestKey, 'purpose'],
    [hardware.origin === 'generated', 'origin'],
    [hardware.allApplications !== true && software.allApplications !== true, 'applications'],
    [attestKey.attestationSecurityLevel === leaf.attestationSecurityLevel, 'attestation level'],
    [attestKey.keyMintSecurityLevel === leaf.keyMintSecurityLevel, 'key level'],
    [attestKey.attestationVersion === leaf.attestationVersion, 'attestation version'],
    [attestKey.keyMintVersion === leaf.keyMintVersion, 'KeyMint version'],
    [equalBytes(attestKey.attestationChallenge, leaf.attestationChallenge), 'challenge'],
    [sameBoot(hardware.rootOfTrust, leaf.hardwareEnforced.rootOfTrust), 'root of trust'],
    [sameApplication(attestKey, leaf), 'application'],
    [hardware.osVersion === leaf.hardwareEnforced.osVersion, 'system version'],
    [hardware.osPatchLevel === leaf.hardwareEnforced.osPatchLevel, 'patch level'],
  ]
  const wrong = facts.filter(([holds]) => !holds).map(([, name]) => name)
  const found =
    wrong.length === 0 ? 'an attest key of this device and app' : `an attest key with another ${wrong}`
  ledger.check(
    keyRules.attestKey,
    wrong.length === 0,
    found,
    'one of this device and app, for attesting only',
  )
}

function sameBoot(a: RootOfTrust | undefined, b: RootOfTrust | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return (
    a.deviceLocked === b.deviceLocked &&
    a.verifiedBootState === b.verifiedBootState &&
    equalBytes(a.verifiedBootKey, b.verifiedBootKey)
  )
}

function sameApplication(a: KeyDescription, b: KeyDescription): boolean {
  const [idA, idB] = [a, b].map(({ softwareEnforced }) => softwareEnforced.attestationApplicationId)
  if (idA === undefined || idB === undefined) return idA === idB
  const [signersA, signersB] = [idA.signatureDigests, idB.signatureDigests]
  return (
    idA.packages.length === idB.packages.length &&
    idA.packages.every(({ name }, index) => name === idB.packages[index]?.name) &&
    signersA.length === signersB.length &&
    signersA.every((signer, index) => equalBytes(signer, signersB[index] ?? new Uint8Array()))
  )
}
