import { hash } from 'node:crypto'
import { KeyboundError, type KeyCommitment } from '@keybound/protocol'
import { type JsonValue, parseStrictJson } from '@keybound/protocol/encoding'
import type { PhoneKeys } from './phone-keys.ts'

/**
 * Requires that the client data, which the signing key signed, name the very sealing and proof key that were shown:
 * otherwise somebody on the way could put keys of their own beside a genuine signature. Refuses with
 * `device_commitment_mismatch`.
 */
export function requireCommitment(clientData: Uint8Array, { sealing, proofJkt }: PhoneKeys): void {
  const committed = readCommitment(clientData)
  if (committed.sealing !== hash('sha256', sealing, 'base64url')) throw mismatch('the sealing key')
  if (committed.proof !== proofJkt) throw mismatch('the proof key')
}

/** The client data was parsed before, so it is one strict JSON object. */
function readCommitment(clientData: Uint8Array): KeyCommitment {
  const { keybound } = parseStrictJson(clientData) as Readonly<Record<string, JsonValue>>
  if (keybound === null || typeof keybound !== 'object' || Array.isArray(keybound))
    throw mismatch('both keys')
  const { sealing, proof, ...others } = keybound as Readonly<Record<string, JsonValue>>
  if (typeof sealing !== 'string' || typeof proof !== 'string' || Object.keys(others).length > 0) {
    throw mismatch('both keys and nothing else')
  }
  return { sealing, proof }
}

function mismatch(expected: string): KeyboundError {
  return new KeyboundError(
    'device_commitment_mismatch',
    `Unexpected member keybound of the client data, expected it to name ${expected}. Sign for the keys that are sent.`,
    { rule: 'docs/devices.md, client data' },
  )
}
