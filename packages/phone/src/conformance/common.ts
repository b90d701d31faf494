import { decodeBase64Url, encodeBase64Url } from '@keybound/protocol'
import type { CreatedKey, KeyRequest, PromptText } from '../hardware/secure-hardware.ts'
import type { CaseContext } from './case.ts'
import { ensure, rejects } from './expect.ts'

/** Words of a prompt. */
export const words: PromptText = {
  title: 'Sign in to the bank',
  subtitle: 'Ada',
  description: 'Touch the sensor.',
  cancel: 'Cancel',
}

/** A message, base64url. */
export const message = encodeBase64Url(new TextEncoder().encode('what the server asked'))
export const finger = 'right index'
export const stranger = 'a stranger'
export const challenge = encodeBase64Url(new Uint8Array(32).fill(7))

/** A key as Keybound asks for it. */
export function keyRequest(role: KeyRequest['role'], more: Partial<KeyRequest> = {}): KeyRequest {
  return {
    alias: `conformance.${role}`,
    role,
    enrolment: 'currentSet',
    strongBox: 'preferred',
    allowSoftware: false,
    attestationChallenge: challenge,
    ...more,
  }
}

/** Makes a key of a role, under the alias that {@link keyRequest} gives it. */
export function createKey(
  { hardware }: Pick<CaseContext, 'hardware'>,
  role: KeyRequest['role'],
  more: Partial<KeyRequest> = {},
): Promise<CreatedKey> {
  return hardware.createKey(keyRequest(role, more))
}

export const signing = 'conformance.signing'
export const sealing = 'conformance.sealing'
export const proof = 'conformance.proof'

/** The uncompressed point at the end of a P-256 SubjectPublicKeyInfo. */
export function pointOf(publicKey: string): string {
  return encodeBase64Url(decodeBase64Url(publicKey).slice(-65))
}

/** Signs with the signing key and an enrolled finger. */
export async function signWithFinger(
  { hardware, world }: Pick<CaseContext, 'hardware' | 'world'>,
  bytes = message,
  touching = finger,
): Promise<string> {
  const signature = hardware.sign(signing, bytes, words)
  const [answer] = await Promise.all([signature, world.touch(touching)])
  return answer
}

/** Refuses a signature that is not one of this key over these bytes. */
export async function checkSignature(
  { hardware }: Pick<CaseContext, 'hardware'>,
  { publicKey }: Pick<CreatedKey, 'publicKey'>,
  signature: string,
  bytes = message,
): Promise<void> {
  ensure(await hardware.verify(pointOf(publicKey), bytes, signature), 'a signature that does not verify')
}

/** The bytes with one changed. */
export function changed(text: string, at: number): string {
  const bytes = decodeBase64Url(text)
  const index = at < 0 ? bytes.length + at : at
  bytes[index] = (bytes[index] ?? 0) ^ 1
  return encodeBase64Url(bytes)
}

/** Waits until the system has put a prompt up, by what it counts. */
export async function promptShown({ world }: Pick<CaseContext, 'world'>, count: number): Promise<void> {
  // Each turn lets everything that is due run; a prompt that never comes up is found by the runner's patience.
  while (world.prompts.length < count) await new Promise((resolve) => setTimeout(resolve, 1))
}

/**
 * Refuses unless the secure hardware refused for want of its sensor's word. KeyMint says so with a number of its own; the
 * Secure Enclave with the number that also means a change of fingers, which is what a key of the current set must take it
 * for (ios.md §4).
 */
export function rejectsUnauthorized(
  { platform }: Pick<CaseContext, 'platform'>,
  call: Promise<unknown>,
  what: string,
): Promise<void> {
  if (platform === 'android') return rejects(call, 'keyNotAuthorized', what, -26)
  return rejects(call, 'keyInvalidated', what, -25293)
}
