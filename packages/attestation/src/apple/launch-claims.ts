import type { CborMap, CborValue } from '@keybound/protocol/encoding'
import { malformedAppAttest } from './internal/malformed.ts'

/** How a copy of an app was signed and distributed, as Apple names it. */
export type ValidationCategory =
  | 'osExecutable'
  | 'testFlight'
  | 'development'
  | 'appStore'
  | 'enterprise'
  | 'developerId'
  | 'other'

/** What iOS 27 and macOS 27 say about the running app, beside the certified key. */
export interface LaunchClaims {
  /** Undefined when the map has no category. A number is one Apple had not named when this was written. */
  readonly validationCategory: ValidationCategory | number | undefined
  /** The bundle version (`CFBundleVersion`), at most 128 characters; undefined when the map has none. */
  readonly bundleVersion: string | undefined
  /**
   * Hash of the app's code directory, for apps that opted in: 32 bytes, or its first 20. Not documented by Apple;
   * read so that it can be shown, never judged.
   */
  readonly codeDirectoryHash: Uint8Array | undefined
}

const rule = 'Apple App Attest, launch validation'
const mostVersionCharacters = 128

const categories: ReadonlyMap<number, ValidationCategory> = new Map([
  [1, 'osExecutable'],
  [2, 'testFlight'],
  [3, 'development'],
  [4, 'appStore'],
  [5, 'enterprise'],
  [6, 'developerId'],
  [10, 'other'],
])

/**
 * Reads the map of launch claims. Names that are not known are let through: Apple adds some with new systems, the
 * whole map is covered by nonce or signature, and what is not read is not used.
 *
 * Refuses with `app_attest_malformed`.
 */
export function readLaunchClaims(value: CborValue): LaunchClaims {
  if (!(value instanceof Map))
    throw malformedAppAttest(rule, 'Unexpected item after the fixed part, expected a map.')
  const map: CborMap = value
  for (const name of map.keys()) {
    if (typeof name !== 'string') throw malformedAppAttest(rule, 'Unexpected name in the map, expected text.')
  }
  return {
    validationCategory: readCategory(map.get('apple_validation_category_01')),
    bundleVersion: readVersion(map.get('apple_bundle_version_01')),
    codeDirectoryHash: readBytes(map.get('apple_cd_hash_hash_01')),
  }
}

/** A category by its name, whether it was given as its name or as Apple's number; unnamed numbers stay numbers. */
export function nameCategory(category: ValidationCategory | number): ValidationCategory | number {
  return typeof category === 'number' ? (categories.get(category) ?? category) : category
}

/** Four bytes, little-endian, unlike everything else in CBOR. */
function readCategory(value: CborValue | undefined): ValidationCategory | number | undefined {
  if (value === undefined) return undefined
  if (!(value instanceof Uint8Array) || value.length !== 4) {
    throw malformedAppAttest(rule, 'Unexpected apple_validation_category_01, expected 4 bytes.')
  }
  const number = new DataView(value.buffer, value.byteOffset).getUint32(0, true)
  return nameCategory(number)
}

function readVersion(value: CborValue | undefined): string | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'string' || value.length === 0 || value.length > mostVersionCharacters) {
    throw malformedAppAttest(
      rule,
      `Unexpected apple_bundle_version_01, expected text of 1 to ${mostVersionCharacters} characters.`,
    )
  }
  return value
}

function readBytes(value: CborValue | undefined): Uint8Array | undefined {
  if (value === undefined) return undefined
  if (!(value instanceof Uint8Array))
    throw malformedAppAttest(rule, 'Unexpected apple_cd_hash_hash_01, expected bytes.')
  return value
}
