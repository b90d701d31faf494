import { decodeBase64Url, type JsonValue } from '@keybound/protocol/encoding'
import { AttestationError, refusing } from '../errors.ts'
import { toHex } from '../internal/bytes.ts'
import { isObject } from './open-token.ts'
import type { PlayIntegrityVerdict } from './types.ts'

/** What a verdict says, before it is judged. */
export interface IntegrityPayload extends Omit<PlayIntegrityVerdict, 'findings' | 'packageName'> {
  readonly requestPackageName: string
  readonly nonce: Uint8Array
  /** Empty when Google Play did not evaluate the app. */
  readonly packageName: string
}

type Members = { readonly [name: string]: JsonValue }

/**
 * Reads the payload (Play Integrity, integrity verdicts). Members that nobody knows yet are left alone; members of
 * another type than documented refuse with `play_integrity_malformed`.
 */
export function readPayload(payload: JsonValue): IntegrityPayload {
  const all = asObject(payload, 'payload')
  const request = asObject(all.requestDetails, 'requestDetails')
  const app = asObject(all.appIntegrity, 'appIntegrity')
  const device = optionalObject(all, 'deviceIntegrity')
  const environment = optionalObject(all, 'environmentDetails')
  const activity = optionalObject(device, 'recentDeviceActivity')
  const accessRisk = optionalObject(environment, 'appAccessRiskVerdict')
  const testing = optionalObject(all, 'testingDetails')
  return {
    requestPackageName: text(request, 'requestPackageName'),
    nonce: decodeNonce(text(request, 'nonce')),
    requestedAt: new Date(integer(request, 'timestampMillis') ?? Number.NaN),
    packageName: optionalText(app, 'packageName') ?? '',
    versionCode: integer(app, 'versionCode'),
    signerDigests: texts(app, 'certificateSha256Digest').map(decodeDigest),
    appRecognition: text(app, 'appRecognitionVerdict'),
    deviceLabels: texts(device, 'deviceRecognitionVerdict'),
    licensing: optionalText(optionalObject(all, 'accountDetails'), 'appLicensingVerdict') ?? 'UNEVALUATED',
    recentDeviceActivity: optionalText(activity, 'deviceActivityLevel'),
    playProtect: optionalText(environment, 'playProtectVerdict'),
    appsDetected: texts(accessRisk, 'appsDetected'),
    testOnly: testing.isTestingResponse === true,
  }
}

/** Google pads nonces and digests, or does not; either way they are one byte string. */
function decodeUnpadded(encoded: string, name: string): Uint8Array {
  return refusing('play_integrity_malformed', `Play Integrity, ${name}`, () =>
    decodeBase64Url(encoded.replace(/={1,2}$/, '')),
  )
}

const decodeNonce = (nonce: string) => decodeUnpadded(nonce, 'requestDetails.nonce')
const decodeDigest = (digest: string) => toHex(decodeUnpadded(digest, 'appIntegrity.certificateSha256Digest'))

function asObject(value: JsonValue | undefined, name: string): Members {
  if (!isObject(value)) throw mistyped(name, 'an object')
  return value
}

function optionalObject(members: Members, name: string): Members {
  const value = members[name]
  return value === undefined ? {} : asObject(value, name)
}

function text(members: Members, name: string): string {
  const value = optionalText(members, name)
  if (value === undefined) throw mistyped(name, 'text')
  return value
}

function optionalText(members: Members, name: string): string | undefined {
  const value = members[name]
  if (value !== undefined && typeof value !== 'string') throw mistyped(name, 'text')
  return value
}

function texts(members: Members, name: string): string[] {
  const value = members[name] ?? []
  if (!Array.isArray(value) || value.some((item) => typeof item !== 'string')) throw mistyped(name, 'texts')
  return value as string[]
}

/** Google writes 64-bit integers as text, and small ones as either. */
function integer(members: Members, name: string): number | undefined {
  const value = members[name]
  if (value === undefined) return undefined
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0) {
    throw mistyped(name, 'a whole number')
  }
  return number
}

function mistyped(name: string, expected: string): AttestationError {
  return new AttestationError(
    'play_integrity_malformed',
    `Play Integrity, ${name}`,
    `Unexpected ${name} in the verdict, expected ${expected}. Send the token of a classic request.`,
  )
}
