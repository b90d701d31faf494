import { createHash, createPublicKey } from 'node:crypto'
import { createNodeCrypto } from '@keybound/attestation/node'
import { createWebCrypto } from '@keybound/attestation/webcrypto'
import { describe, expect, test } from 'vitest'
import { haveVectors, readVectorJson } from '../../../../test/support/vectors.ts'
import { readCertificate } from '../x509/index.ts'
import { readAppAttestationObject } from './attestation-object.ts'
import { appleRoots, readAppleRoot } from './trust.ts'
import { verifyAppAssertion } from './verify-assertion.ts'
import { verifyAppAttestation } from './verify-attestation.ts'

interface RealCase {
  readonly id: string
  readonly kind: 'attestation' | 'assertion'
  readonly teamId: string
  readonly bundleId: string
  readonly environment: 'production' | 'development'
  readonly verifyAt: string
  readonly keyIdB64: string
  readonly publicKeyPem: string
  readonly attestationB64: string
  readonly assertionB64: string
  readonly clientDataB64: string
  readonly counter: number
}

interface AttackCase {
  readonly id: string
  readonly expected: 'ACCEPT' | 'REJECT'
  readonly env: { readonly allowedCategories?: readonly number[] }
  readonly attestationB64: string
  readonly assertionB64: string
  readonly keyIdB64: string
}

interface Attacks {
  readonly now: string
  readonly rootPem: string
  readonly appId: string
  readonly challengeB64: string
  readonly attestations: readonly AttackCase[]
  readonly assertions: readonly AttackCase[]
  readonly assertionContext: {
    readonly publicKeyPem: string
    readonly clientDataB64: string
    readonly storedCounter: number
  }
}

const ports = [
  ['Node', createNodeCrypto()],
  ['WebCrypto', createWebCrypto()],
] as const
const today = new Date('2026-11-22T12:00:00Z')

const real = haveVectors ? readVectorJson<RealCase[]>('apple-app-attest/app-attest-normalised.json') : []
const attestations = real.filter(({ kind }) => kind === 'attestation')
const assertions = real.filter(({ kind }) => kind === 'assertion')

function attestationOptions(vector: RealCase) {
  const { teamId, bundleId, environment } = vector
  const issuedAt = new Date(vector.verifyAt)
  return {
    attestationObject: bytesOf(vector.attestationB64),
    clientDataHash: sha256(bytesOf(vector.clientDataB64)),
    keyId: vector.keyIdB64,
    app: { teamId, bundleId },
    policy: { environments: [environment] },
    trust: {},
    issuedAt,
    now: today,
  }
}

describe.runIf(haveVectors).each(ports)('objects of real iPhones over %s', (_, crypto) => {
  test('are there', () => {
    expect(attestations.length).toBeGreaterThanOrEqual(6)
    expect(assertions.length).toBeGreaterThanOrEqual(5)
  })

  test.each(attestations)('$id is accepted at its time, under Apple’s root', async (vector) => {
    const verdict = await verifyAppAttestation({ ...attestationOptions(vector), crypto })
    expect(verdict).toMatchObject({ environment: vector.environment, testOnly: false, counter: 0 })
    expect(verdict.publicKey).toEqual(spkiOf(vector.publicKeyPem))
    expect(Buffer.from(verdict.keyId).toString('base64')).toBe(vector.keyIdB64)
  })

  test.each(attestations)('$id is refused today, as its certificate has ended', async (vector) => {
    const options = { ...attestationOptions(vector), issuedAt: today, crypto }
    await expect(verifyAppAttestation(options)).rejects.toMatchObject({ code: 'attestation_chain_expired' })
  })

  test.each(attestations)('$id is refused in the other environment', async (vector) => {
    const other = vector.environment === 'production' ? 'development' : 'production'
    const options = { ...attestationOptions(vector), policy: { environments: [other] as const }, crypto }
    await expect(verifyAppAttestation(options)).rejects.toMatchObject({
      code: 'app_attest_environment_forbidden',
    })
  })

  test.each(assertions)('$id is accepted after counter 0 and refused after 1', async (vector) => {
    const options = {
      assertion: bytesOf(vector.assertionB64),
      clientDataHash: sha256(bytesOf(vector.clientDataB64)),
      publicKey: spkiOf(vector.publicKeyPem),
      app: { teamId: vector.teamId, bundleId: vector.bundleId },
      crypto,
    }
    const verdict = await verifyAppAssertion({ ...options, previousCounter: 0 })
    expect(verdict.counter).toBe(vector.counter)
    await expect(verifyAppAssertion({ ...options, previousCounter: 1 })).rejects.toMatchObject({
      code: 'app_attest_counter_invalid',
    })
  })
})

test.runIf(haveVectors)('the pinned root is the one whose name the real issuers carry', () => {
  const [pinned] = appleRoots
  for (const { attestationB64 } of attestations) {
    const issuer = readCertificate(readAppAttestationObject(bytesOf(attestationB64)).x5c[1] as Uint8Array)
    expect(issuer.issuer.raw).toEqual(pinned?.subject)
  }
})

const attacks = haveVectors
  ? readVectorJson<Attacks>('own-appattest-attacks/appattest-attacks.json')
  : undefined

// Not runIf: that reads the suite also where it skips it, and there is nothing to read.
describe.each(attacks === undefined ? [] : ports)('attacks over %s', (_, crypto) => {
  const { now, rootPem, appId, challengeB64, assertionContext } = attacks as Attacks
  const [teamId = '', ...bundle] = appId.split('.')
  const app = { teamId, bundleId: bundle.join('.') }
  const root = bytesOf(rootPem.replace(/-----[^-]+-----|\s/g, ''))

  test('come with a test root', () => {
    expect(readAppleRoot(root).kind).toBe('test')
  })

  test.each(attacks?.attestations ?? [])('attestation $id: $expected', async (vector) => {
    const { allowedCategories } = vector.env
    const verdict = verifyAppAttestation({
      attestationObject: bytesOf(vector.attestationB64),
      clientDataHash: sha256(bytesOf(challengeB64)),
      keyId: vector.keyIdB64,
      app,
      policy: allowedCategories === undefined ? {} : { validationCategories: allowedCategories },
      trust: { roots: [root], testOnly: true },
      issuedAt: new Date(now),
      now: new Date(now),
      crypto,
    })
    await expectVerdict(verdict, vector.expected)
  })

  test.each(attacks?.assertions ?? [])('assertion $id: $expected', async (vector) => {
    const verdict = verifyAppAssertion({
      assertion: bytesOf(vector.assertionB64),
      clientDataHash: sha256(bytesOf(assertionContext.clientDataB64)),
      publicKey: spkiOf(assertionContext.publicKeyPem),
      previousCounter: assertionContext.storedCounter,
      app,
      crypto,
    })
    await expectVerdict(verdict, vector.expected)
  })
})

async function expectVerdict(verdict: Promise<object>, expected: AttackCase['expected']): Promise<void> {
  if (expected === 'ACCEPT') await expect(verdict).resolves.toHaveProperty('findings')
  else await expect(verdict).rejects.toHaveProperty('name', 'AttestationError')
}

function bytesOf(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, 'base64'))
}

function spkiOf(pem: string): Uint8Array {
  return new Uint8Array(createPublicKey(pem).export({ format: 'der', type: 'spki' }))
}

function sha256(data: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(data).digest())
}
