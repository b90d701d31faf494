import { createHash } from 'node:crypto'
import { KeyboundError } from '@keybound/protocol'
import { describe, expect, test } from 'vitest'
import {
  createAppleAuthority,
  createAppleKey,
  launchClaims,
} from '../../../../test/support/apple-authority.ts'
import { spkiOf } from '../../../../test/support/apple-certificates.ts'
import { seededRandom } from '../../../../test/support/mutate.ts'
import { sample } from '../../../../test/support/sample.ts'
import { haveVectors, readVectorJson } from '../../../../test/support/vectors.ts'
import { concatBytes } from '../der/index.ts'
import { readAppAttestationObject } from './attestation-object.ts'
import type { AppAttestation, VerifyAppAttestationOptions } from './types.ts'
import { verifyAppAssertion } from './verify-assertion.ts'
import { verifyAppAttestation } from './verify-attestation.ts'

/** Mutants of all objects together: 20,000 in CI, 300,000 in verify:full; KEYBOUND_MUTANTS overrides. */
const count = Number(process.env.KEYBOUND_MUTANTS ?? sample({ small: 1_500, large: 20_000, full: 300_000 }))
const objects = 3
const perObject = Math.ceil(count / objects)
/** Milliseconds: about half of one for each mutant, and this machine may have other things to do. */
const timeout = 120_000 + 5 * count

const now = new Date('2026-11-22T12:00:00Z')
const appId = 'TEAM123456.com.example.bank'
const app = { teamId: 'TEAM123456', bundleId: 'com.example.bank' }
const clientDataHash = sha256(Buffer.from('client data'))

/** Picks below a number, the same for the same seed. */
function picker(seed: number): (below: number) => number {
  const random = seededRandom(seed)
  return (below) => Math.floor(random() * below)
}

/** One change: a bit flipped, a byte set, dropped or put in, a stretch doubled, moved, cut or emptied. */
function mutate(bytes: Uint8Array, pick: (below: number) => number): Uint8Array {
  const at = pick(bytes.length)
  const end = Math.min(bytes.length, at + 1 + pick(64))
  const [before, stretch, after] = [bytes.slice(0, at), bytes.slice(at, end), bytes.slice(end)]
  switch (pick(8)) {
    case 0:
      return bytes.with(at, (bytes[at] as number) ^ (1 << pick(8)))
    case 1:
      return bytes.with(at, pick(256))
    case 2:
      return concatBytes([before, bytes.slice(at + 1)])
    case 3:
      return concatBytes([before, Uint8Array.of(pick(256)), bytes.slice(at)])
    case 4:
      return concatBytes([before, stretch, stretch, after])
    case 5:
      return concatBytes([before, after, stretch])
    case 6:
      return before
    default:
      return concatBytes([before, new Uint8Array(stretch.length), after])
  }
}

/** The verdict without the one member that nobody signs. */
function signedPart({ receipt: _, ...signed }: AppAttestation): Omit<AppAttestation, 'receipt'> {
  return signed
}

/** Only Apple's own signature inside it protects the receipt, so a mutant there is still the same attestation. */
function differsInReceiptOnly(original: Uint8Array, mutant: Uint8Array): boolean {
  const [a, b] = [readAppAttestationObject(original), readAppAttestationObject(mutant)]
  const parts = (object: typeof a) => [...object.x5c, object.authDataBytes].map((part) => [...part])
  return JSON.stringify(parts(a)) === JSON.stringify(parts(b))
}

async function attack(name: string, options: VerifyAppAttestationOptions, seed: number): Promise<void> {
  const pick = picker(seed)
  const original = await verifyAppAttestation(options)
  for (let round = 0; round < perObject; round++) {
    const attestationObject = mutate(options.attestationObject, pick)
    const verdict = await verifyAppAttestation({ ...options, attestationObject }).catch(
      (error: unknown) => error,
    )
    if (verdict instanceof Error) {
      if (!(verdict instanceof KeyboundError))
        throw new Error(`${name}, seed ${seed}, round ${round}`, { cause: verdict })
      continue
    }
    expect(signedPart(verdict as AppAttestation), `${name}, round ${round}`).toEqual(signedPart(original))
    expect(
      differsInReceiptOnly(options.attestationObject, attestationObject),
      `${name}, round ${round}`,
    ).toBe(true)
  }
}

interface RealCase {
  readonly kind: string
  readonly id: string
  readonly teamId: string
  readonly bundleId: string
  readonly environment: 'production' | 'development'
  readonly verifyAt: string
  readonly keyIdB64: string
  readonly attestationB64: string
  readonly clientDataB64: string
}

describe('a changed attestation is refused, or the change is in the receipt', { timeout }, () => {
  test('of the synthetic authority, with launch claims', async () => {
    const authority = createAppleAuthority(now)
    const { attestationObject, keyId } = authority.attest(
      { appId, clientDataHash },
      { tail: launchClaims(4, '17') },
    )
    const trust = { roots: [authority.root], testOnly: true }
    const options = { attestationObject, clientDataHash, keyId, app, trust, issuedAt: now, now }
    await attack('synthetic', options, 1)
  })

  test.runIf(haveVectors)('of a real iPhone', async () => {
    const cases = readVectorJson<RealCase[]>('apple-app-attest/app-attest-normalised.json')
    const vector = cases.find(
      ({ kind, environment }) => kind === 'attestation' && environment === 'production',
    )
    if (vector === undefined) throw new Error('No production attestation among the vectors.')
    const options = {
      attestationObject: new Uint8Array(Buffer.from(vector.attestationB64, 'base64')),
      clientDataHash: sha256(Buffer.from(vector.clientDataB64, 'base64')),
      keyId: vector.keyIdB64,
      app: { teamId: vector.teamId, bundleId: vector.bundleId },
      trust: {},
      issuedAt: new Date(vector.verifyAt),
      now,
    }
    await attack(vector.id, options, 2)
  })
})

test('a changed assertion is refused', { timeout }, async () => {
  const key = createAppleKey()
  const authority = createAppleAuthority(now)
  const original = authority.assert(
    { appId, clientDataHash, key, counter: 8 },
    { tail: launchClaims(4, '17') },
  )
  const rest = { clientDataHash, publicKey: spkiOf(key.publicKey), previousCounter: 7, app }
  const pick = picker(3)
  for (let round = 0; round < perObject; round++) {
    const assertion = mutate(original, pick)
    if (Buffer.compare(assertion, original) === 0) continue
    const verdict = await verifyAppAssertion({ ...rest, assertion }).catch((error: unknown) => error)
    expect(verdict, `round ${round}`).toBeInstanceOf(KeyboundError)
  }
})

function sha256(data: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(data).digest())
}
