import {
  judgeAndroidKeyAttestation,
  registrationPolicies,
  verifyAppAssertion,
  verifyAppAttestation,
  verifyAuthentication,
  verifyRegistration,
} from '@keybound/attestation'
import { concatBytes } from '@keybound/attestation/der'
import { inspect, recognize } from '@keybound/attestation/inspect'
import { encodeBase64Url, encodeCoseKey } from '@keybound/protocol/encoding'
import { statementFormats } from '../../packages/attestation/src/webauthn/statements/index.ts'
import { attestedOptions } from '../../test/support/android-authority/index.ts'
import {
  challenge,
  credentialId,
  credentialKey,
  origin,
  rpId,
  userHandle,
} from '../../test/support/webauthn/forge.ts'
import * as own from './own-samples.ts'
import { beginningWith } from './samples.ts'
import { insist, insistSame, type Target } from './target.ts'

const { now, appAttest } = own
const steps = { fixed: 20_000, each: 100 }
const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value))

/** The verifiers and the inspection, which read and judge. `samples`: byte strings of the vectors, or none. */
export function verifiers(samples: readonly Uint8Array[]): readonly Target[] {
  const maps = beginningWith(samples, 0xa2, 0xa3)
  const lengths = own.chains.map((chain) => packChain(chain))
  return [
    {
      name: 'verifyRegistration, attestation object',
      seeds: [...own.attestationObjects, ...maps],
      grammar: 'cbor',
      steps,
      run: runObject,
    },
    {
      name: 'verifyRegistration, response',
      seeds: own.registrations.map(json),
      grammar: 'bytes',
      steps,
      run: (input) => register(parse(input)),
    },
    {
      name: 'verifyAuthentication, response',
      seeds: [json(own.assertion)],
      grammar: 'bytes',
      steps,
      run: runAssertion,
    },
    { name: 'judgeAndroidKeyAttestation', seeds: lengths, grammar: 'bytes', steps, run: runChain },
    {
      name: 'verifyAppAttestation',
      seeds: [...appAttest.attestations, ...maps],
      grammar: 'cbor',
      steps,
      run: runAppAttestation,
    },
    {
      name: 'verifyAppAssertion',
      seeds: [...appAttest.assertions, ...maps],
      grammar: 'cbor',
      steps,
      run: runAppAssertion,
    },
    {
      name: 'inspect',
      seeds: [...own.attestationObjects, ...appAttest.attestations, ...own.registrations.map(json), ...maps],
      grammar: 'cbor',
      steps: { fixed: 40_000, each: 600 },
      run: runInspect,
    },
  ]
}

function parse(input: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(input))
  } catch {
    return input
  }
}

/** The object behind the client data of the first response, under the id that it names itself. */
async function runObject(input: Uint8Array): Promise<void> {
  const [genuine] = own.registrations
  if (genuine === undefined) return
  const response = { ...genuine.response, attestationObject: encodeBase64Url(input) }
  const verified = await register({ ...genuine, response })
  insistSame(verified.credentialId, credentialId, 'the id of the response')
}

async function register(response: unknown) {
  const verified = await verifyRegistration({
    response: response as never,
    expected: {
      challenge,
      origins: [origin],
      rpId,
      userVerification: 'preferred',
      algorithms: [-7, -8, -257, -35],
    },
    policy: { ...registrationPolicies.W, formats: statementFormats },
    trust: { roots: Object.values(own.roots), testOnly: true },
    issuedAt: now,
    now,
  })
  insist(verified.testOnly, 'a verdict that says which trust stands behind it')
  insist(verified.origin === origin, 'the expected origin')
  return verified
}

async function runAssertion(input: Uint8Array): Promise<void> {
  const verified = await verifyAuthentication({
    response: parse(input) as never,
    expected: { challenge, origins: [origin], rpId, allowCredentials: [credentialId] },
    credential: {
      id: credentialId,
      publicKey: encodeCoseKey(credentialKey.cose),
      signCount: 9,
      backupEligible: false,
      userHandle,
    },
  })
  insist(verified.signCount === 10 && verified.userVerified, 'what was signed and nothing else')
}

/** Certificates behind each other, each after its length in two bytes. */
function packChain(chain: readonly Uint8Array[]): Uint8Array {
  return concatBytes(chain.flatMap((der) => [Uint8Array.of(der.length >> 8, der.length & 0xff), der]))
}

function unpackChain(bytes: Uint8Array): readonly Uint8Array[] {
  const chain: Uint8Array[] = []
  for (let at = 0; at + 2 <= bytes.length; ) {
    const length = ((bytes[at] as number) << 8) | (bytes[at + 1] as number)
    chain.push(bytes.subarray(at + 2, at + 2 + length))
    at += 2 + length
  }
  return chain
}

/** Judging to the end says what it found; it throws nothing for what was sent. */
async function runChain(input: Uint8Array): Promise<void> {
  const judgement = await judgeAndroidKeyAttestation(attestedOptions(unpackChain(input)))
  insist(judgement.passed === (judgement.attestation !== undefined), 'a verdict exactly where all passed')
  insist(judgement.passed === (judgement.error === undefined), 'a refusal where one rule failed')
  if (judgement.error !== undefined) throw judgement.error
}

async function runAppAttestation(attestationObject: Uint8Array): Promise<void> {
  const { root, app, clientDataHash, keyId } = appAttest
  const trust = { roots: [root], testOnly: true }
  const verdict = await verifyAppAttestation({
    attestationObject,
    clientDataHash,
    keyId,
    app,
    trust,
    issuedAt: now,
    now,
  })
  insistSame(verdict.keyId, keyId, 'the key id that was given')
}

async function runAppAssertion(assertion: Uint8Array): Promise<void> {
  const { app, clientDataHash, publicKey } = appAttest
  const verdict = await verifyAppAssertion({ assertion, clientDataHash, publicKey, app, previousCounter: 7 })
  insist(verdict.counter === 8, 'the counter that was signed')
}

/** Inspection throws nothing for what was sent, and all of its text can be printed. */
async function runInspect(input: Uint8Array): Promise<void> {
  const recognized = recognize(input)
  if (recognized === undefined) return
  const inspection = await inspect(recognized, {
    now,
    roots: Object.values(own.roots),
    testOnly: true,
  })
  const text = JSON.stringify([inspection.summary, inspection.sections])
  insist(!/[\p{Cc}\p{Bidi_Control}]/u.test(text), 'text without control or bidirectional characters')
}
