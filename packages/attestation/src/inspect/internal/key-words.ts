import type { AuthorizationList } from '../../android/key-description/authorization-list.ts'
import type { KeyDescription } from '../../android/key-description/key-description.ts'
import {
  keyAlgorithm,
  keyCurve,
  keyDigest,
  keyPadding,
  keyPurpose,
  type SecurityLevel,
} from '../../android/key-description/values.ts'
import { day, inWords, shortHex } from './text.ts'

/** The words for what a key description says. */

const hardware: Readonly<Record<SecurityLevel, string>> = {
  software: 'software',
  tee: 'trusted execution environment (TEE)',
  strongbox: 'StrongBox, a chip of its own',
}

const keymasters: ReadonlyMap<number, string> = new Map([
  [1, 'Keymaster 2'],
  [2, 'Keymaster 3'],
  [3, 'Keymaster 4'],
  [4, 'Keymaster 4.1'],
])

/** `StrongBox, a chip of its own · KeyMint 3`. */
export function describeHome({ keyMintSecurityLevel, attestationVersion: version }: KeyDescription): string {
  const maker =
    keymasters.get(version) ?? (version % 100 === 0 ? `KeyMint ${version / 100}` : `version ${version}`)
  return `${hardware[keyMintSecurityLevel]} · ${maker}`
}

/** `EC P-256 · SHA-256`. */
export function describeUse(list: AuthorizationList): string {
  const parts = [
    describeAlgorithm(list),
    ...(list.digests ?? []).map((digest) => nameOf(keyDigest, digest).replace(/^sha/, 'SHA-')),
    ...(list.paddings ?? []).map((padding) => nameOf(keyPadding, padding)),
  ]
  return parts.join(' · ')
}

function describeAlgorithm({ algorithm, keySize, ecCurve }: AuthorizationList): string {
  if (algorithm === undefined) return 'algorithm not said'
  if (algorithm === keyAlgorithm.ec) {
    const curve =
      ecCurve === undefined ? `${keySize ?? ''} bits` : nameOf(keyCurve, ecCurve).replace(/^p/, 'P-')
    return `EC ${curve}`
  }
  const size = keySize === undefined ? '' : ` ${keySize}`
  return `${nameOf(keyAlgorithm, algorithm).toUpperCase()}${size}`
}

/** `sign, verify`. */
export function describePurposes({ purposes }: AuthorizationList): string {
  return purposes?.map((purpose) => nameOf(keyPurpose, purpose)).join(', ') || 'not said'
}

/** `biometric, for every use`. */
export function describeUnlocking({
  hardwareEnforced: hardware,
  softwareEnforced: software,
}: KeyDescription): string {
  if (hardware.noAuthRequired || software.noAuthRequired) return 'nothing: works for whoever runs the app'
  const { userAuthType: type, authTimeout } = hardware
  if (type === undefined) return 'nothing that the hardware enforces'
  const methods = [type & 2 ? 'biometric' : '', type & 1 ? 'PIN, pattern or password' : ''].filter(Boolean)
  const how = methods.join(' or ') || `authenticator type ${type}`
  return `${how}, ${authTimeout === undefined ? 'for every use' : `good for ${authTimeout} s`}`
}

/** `com.example.bank 17 · signed by 1039…8ec1`. */
export function describeApplication({ softwareEnforced }: KeyDescription): string {
  const id = softwareEnforced.attestationApplicationId
  if (id === undefined) return 'not said'
  const packages = id.packages.map(({ name, version }) => `${name} ${version}`).join(', ') || 'no package'
  const signers = id.signatureDigests.map((digest) => shortHex(digest)).join(', ') || 'nobody named'
  return `${packages} · signed by ${signers}`
}

/** `Android 16.0.0 · security patch 2026-02`. */
export function describeSystem({ osVersion, osPatchLevel }: AuthorizationList): string {
  const numbers = (version: number) =>
    [version / 10_000, (version / 100) % 100, version % 100].map(Math.floor)
  const version =
    osVersion === undefined
      ? 'version not said'
      : `Android ${numbers(osVersion)
          .join('.')
          .replace(/(\.0)+$/, '')}`
  return `${version} · security patch ${describePatch(osPatchLevel)}`
}

/** `vendor 2026-02-05 · boot 2026-02-05`. */
export function describePatches({ vendorPatchLevel, bootPatchLevel }: AuthorizationList): string {
  return `vendor ${describePatch(vendorPatchLevel)} · boot ${describePatch(bootPatchLevel)}`
}

function describePatch(level: number | 'unknown' | undefined): string {
  if (level === undefined || level === 'unknown') return level ?? 'not said'
  return String(level).replace(/^(\d{4})(\d\d)(\d\d)?$/, (_, year, month, date) =>
    [year, month, date].filter(Boolean).join('-'),
  )
}

/** `locked`, `unlocked: any system can be started`. */
export function describeLock({ rootOfTrust }: AuthorizationList): string {
  if (rootOfTrust === undefined) return 'not said by the hardware'
  return rootOfTrust.deviceLocked ? 'locked' : 'unlocked: any system can be started'
}

/** `verified · key 3327…b743`. */
export function describeBoot({ rootOfTrust }: AuthorizationList): string {
  if (rootOfTrust === undefined) return 'not said by the hardware'
  const { verifiedBootState, verifiedBootKey } = rootOfTrust
  const zero = verifiedBootKey.every((octet) => octet === 0)
  const key = zero ? 'no key (zeros)' : `key ${shortHex(verifiedBootKey)}`
  return `${inWords(verifiedBootState)} · ${key}`
}

/** Device properties, where the app asked for them: brand, model, serial number and the like. */
export function describeDevice({ hardwareEnforced: list }: KeyDescription): string {
  return [
    list.attestationIdManufacturer,
    list.attestationIdModel,
    list.attestationIdSerial,
    list.attestationIdImei,
  ]
    .filter((part) => part !== undefined)
    .join(' · ')
}

/** When the device says that the key was made. */
export function createdAt({ hardwareEnforced, softwareEnforced }: KeyDescription): Date | undefined {
  const created = softwareEnforced.creationDateTime ?? hardwareEnforced.creationDateTime
  return created instanceof Date ? created : undefined
}

/** The same for a person. */
export function describeCreation(description: KeyDescription): string {
  const created = createdAt(description)
  return created === undefined ? 'not said' : `${day(created)}, by the device’s clock`
}

/** The name of a number in one of KeyMint's lists. */
function nameOf(names: Readonly<Record<string, number>>, number: number): string {
  const entry = Object.entries(names).find(([, value]) => value === number)
  return entry?.[0] ?? String(number)
}
