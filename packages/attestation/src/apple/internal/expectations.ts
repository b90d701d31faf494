import { KeyboundError } from '@keybound/protocol'
import { decodeBase64Url } from '@keybound/protocol/encoding'
import { AttestationError } from '../../errors.ts'
import type { AppleApp } from '../types.ts'

const teamId = /^[A-Z0-9]{10}$/
const bundleId = /^[A-Za-z0-9.-]{1,155}$/

/** The accepted apps as a list, each well-formed: an empty list, or an app without its team, would be no check. */
export function requireApps(app: AppleApp | readonly AppleApp[]): readonly AppleApp[] {
  const apps = Array.isArray(app) ? (app as readonly AppleApp[]) : [app as AppleApp]
  if (apps.length === 0) throw misconfigured('app', 'an empty list', 'at least one app')
  for (const { teamId: team, bundleId: bundle } of apps) {
    if (!teamId.test(team)) throw misconfigured('app.teamId', quote(team), 'ten capital letters and digits')
    if (!bundleId.test(bundle)) {
      throw misconfigured('app.bundleId', quote(bundle), 'letters, digits, dots and hyphens')
    }
  }
  return apps
}

const fewestHashBytes = 16
const mostHashBytes = 1024

/**
 * What the app gave to Apple's call: 32 bytes where it hashed, as it should. The call takes any bytes, and the samples of
 * Apple's guide pass the challenge itself, so only what nobody can have meant is refused.
 */
export function requireClientDataHash(value: Uint8Array): Uint8Array {
  const length = value instanceof Uint8Array ? value.length : undefined
  if (length === undefined || length < fewestHashBytes || length > mostHashBytes) {
    const expected = `${fewestHashBytes} to ${mostHashBytes} bytes, best a SHA-256 value`
    throw misconfigured('clientDataHash', `${length ?? 'no'} bytes`, expected)
  }
  return value
}

/** An unsigned number of 32 bits. */
export function requireCounter(value: number): number {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff) {
    throw misconfigured('previousCounter', String(value), 'an integer from 0 to 4294967295')
  }
  return value
}

/** Nothing can have been issued after the time of judging. */
export function requireOrder(issuedAt: Date, now: Date): void {
  if (!(issuedAt.getTime() <= now.getTime())) {
    throw misconfigured('issuedAt', String(issuedAt), `a time up to now (${String(now)})`)
  }
}

const base64KeyId = /^[A-Za-z0-9+/]{43}=$/

/** The key id as bytes. Text is what `generateKey` gave: standard base64 of 32 bytes, with its padding. */
export function readKeyId(keyId: string | Uint8Array): Uint8Array {
  if (keyId instanceof Uint8Array) return keyId
  if (typeof keyId !== 'string' || !base64KeyId.test(keyId)) throw malformedKeyId()
  try {
    return decodeBase64Url(keyId.slice(0, 43).replaceAll('+', '-').replaceAll('/', '_'))
  } catch (cause) {
    throw malformedKeyId(cause)
  }
}

function malformedKeyId(cause?: unknown): AttestationError {
  return new AttestationError(
    'app_attest_malformed',
    'Apple App Attest, key identifier',
    'Unexpected key id, expected the base64 of 32 bytes that generateKey gave. Send it unchanged.',
    { cause },
  )
}

function misconfigured(option: string, found: string, expected: string): KeyboundError {
  return new KeyboundError(
    'configuration_invalid',
    `Unexpected ${option}: ${found}, expected ${expected}. Correct the option.`,
  )
}

function quote(text: unknown): string {
  return JSON.stringify(String(text).slice(0, 80))
}
