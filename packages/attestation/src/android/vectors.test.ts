import { describe, expect, test } from 'vitest'
import { readPem } from '../../../../test/support/pem.ts'
import { haveVectors, readVector, readVectorJson } from '../../../../test/support/vectors.ts'
import { createNodeCrypto } from '../crypto/node/index.ts'
import { createWebCrypto } from '../crypto/webcrypto/index.ts'
import { fromBase64, toHex } from '../internal/bytes.ts'
import { type AndroidKeyPolicy, androidPolicies } from '../policy/android.ts'
import { readCertificate } from '../x509/certificate.ts'
import type { AuthorizationList } from './key-description/authorization-list.ts'
import { keyDescriptionOid, parseKeyDescription } from './key-description/key-description.ts'
import { parseStatusList } from './status/status-list.ts'
import { googleRoots, readAndroidRoot } from './trust/root.ts'
import type { AndroidKeyAttestationOptions } from './types.ts'
import { judgeAndroidKeyAttestation, verifyAndroidKeyAttestation } from './verify.ts'

const ports = [
  { port: 'Node', crypto: createNodeCrypto() },
  { port: 'WebCrypto', crypto: createWebCrypto() },
]

/** Verdict of both ways to ask, which must agree: accepted or the code of the refusal. */
async function verdictOf(options: AndroidKeyAttestationOptions): Promise<string> {
  const judged = await judgeAndroidKeyAttestation(options)
  const outcome = await verifyAndroidKeyAttestation(options).then(
    (attestation) => {
      expect(judged.attestation).toEqual(attestation)
      return 'ACCEPT'
    },
    (error) => error.code as string,
  )
  expect(judged.passed).toBe(outcome === 'ACCEPT')
  expect(judged.error?.code ?? 'ACCEPT').toBe(outcome)
  return outcome
}

interface AttackFile {
  readonly now: string
  readonly rootPem: string
  readonly defaultPolicy: {
    readonly package: string
    readonly signerDigestHex: string
    readonly challengeB64: string
  }
  readonly cases: readonly {
    readonly id: string
    readonly expected: string
    readonly policy: { readonly requireUserAuth?: boolean }
    readonly status?: Record<string, object>
    readonly chainB64: readonly string[]
  }[]
}

/** What our verifier calls the rules that the attack file names. */
const codes: Readonly<Record<string, string>> = {
  ACCEPT: 'ACCEPT',
  EXTENSION_PLACEMENT: 'key_description_misplaced',
  NO_EXTENSION: 'key_description_misplaced',
  BAD_SIGNATURE: 'attestation_untrusted attestation_chain_invalid',
  UNTRUSTED_ROOT: 'attestation_untrusted',
  NAME_CHAINING: 'attestation_chain_invalid',
  LEAF_IS_CA: 'attestation_chain_invalid',
  EXPIRED: 'attestation_chain_expired',
  REVOKED: 'attestation_revoked',
  CHALLENGE: 'attestation_challenge_mismatch',
  SECURITY_LEVEL: 'key_security_level_insufficient',
  UNLOCKED: 'boot_state_refused',
  BOOT_KEY: 'boot_state_refused',
  ORIGIN: 'key_origin_refused',
  NO_AUTH_REQUIRED: 'key_authorization_insufficient',
  USER_AUTH_TYPE: 'key_authorization_insufficient',
  SIGNER: 'app_identity_mismatch',
  ALL_APPLICATIONS: 'app_identity_mismatch',
  KD_TRAILING: 'key_description_malformed',
  DUP_TAG: 'key_description_malformed',
}

describe.skipIf(!haveVectors).each(ports)('attack chains under a test root, $port', ({ crypto }) => {
  const file: AttackFile = haveVectors
    ? readVectorJson('own-android-attacks/android-attacks.json')
    : {
        now: '',
        rootPem: '',
        defaultPolicy: { package: '', signerDigestHex: '', challengeB64: '' },
        cases: [],
      }
  const now = new Date(file.now)

  test.each(file.cases)('$id: $expected', async ({ policy, status, chainB64, expected }) => {
    const { package: packageName, signerDigestHex, challengeB64 } = file.defaultPolicy
    const outcome = await verdictOf({
      chain: chainB64.map(fromBase64),
      challenge: fromBase64(challengeB64),
      role: 'signing',
      policy: {
        ...androidPolicies.L2,
        userAuthentication: policy.requireUserAuth ? androidPolicies.L2.userAuthentication : 'any',
        applications: [{ packageName, signerDigests: [signerDigestHex] }],
      },
      trust: {
        roots: readPem(file.rootPem),
        status: parseStatusList({ entries: status ?? {} }),
        statusFetchedAt: now,
        testOnly: true,
      },
      issuedAt: now,
      now,
      crypto,
    })
    expect(codes[expected]?.split(' ')).toContain(outcome)
  })
})

interface GoogleVerdicts {
  readonly cases: readonly {
    readonly id: string
    readonly policy: { readonly clock: string; readonly allowUnlockedBootloader: boolean }
    readonly expected: 'ACCEPT' | 'REJECT'
    readonly detail: string
  }[]
}

/** Only chain, level and boot state are judged by this set. */
const chainPolicy: AndroidKeyPolicy = {
  ...androidPolicies.L2,
  revocation: 'ifGiven',
  keyUse: 'any',
  userAuthentication: 'any',
  applications: 'any',
}

const googleFolder = 'android-keyattestation-google'

function descriptionOf(chain: readonly Uint8Array[]) {
  const [leaf] = chain
  const extension = leaf && readCertificate(leaf).extensions.get(keyDescriptionOid)
  if (extension === undefined) throw new Error('The chain has no key description.')
  return parseKeyDescription(extension.value)
}

function clockOf(clock: string, chain: readonly Uint8Array[]): Date {
  if (clock !== 'creationDateTime') return new Date(clock)
  const created = descriptionOf(chain).softwareEnforced.creationDateTime
  if (!(created instanceof Date)) throw new Error('The chain does not say when it was made.')
  return created
}

describe.skipIf(!haveVectors).each(ports)('chains of real phones, $port', ({ crypto }) => {
  const { cases }: GoogleVerdicts = haveVectors
    ? readVectorJson(`${googleFolder}/expected-verdicts.json`)
    : { cases: [] }

  test.each(cases)('$id, $policy: $expected $detail', async ({ id, policy, expected, detail }) => {
    const chain = readPem(readVector(`${googleFolder}/testdata/${id}`))
    const { attestationChallenge } = descriptionOf(chain)
    const at = clockOf(policy.clock, chain)
    const options: AndroidKeyAttestationOptions = {
      chain,
      challenge: attestationChallenge,
      role: 'signing',
      policy: { ...chainPolicy, verifiedBoot: policy.allowUnlockedBootloader ? 'any' : 'required' },
      trust: {},
      issuedAt: at,
      now: at,
      crypto,
    }
    const outcome = await verdictOf(options)
    if (expected === 'REJECT') {
      expect(codes[detail]?.split(' ')).toContain(outcome)
      return
    }
    expect(outcome).toBe('ACCEPT')
    const { securityLevel, attestationVersion, provisioning } = await verifyAndroidKeyAttestation(options)
    const level = securityLevel === 'strongbox' ? 2 : 1
    const kind = provisioning === 'remote' ? 'rkp' : provisioning
    expect(`level=${level} v${attestationVersion} ${kind}`).toBe(detail)
  })

  test('a chain whose root is left away gets the same verdict', async () => {
    const chain = readPem(readVector(`${googleFolder}/testdata/tegu/sdk36/TEE_EC_2026_ROOT.pem`))
    const at = clockOf('creationDateTime', chain)
    const { attestationChallenge: challenge } = descriptionOf(chain)
    const common = {
      challenge,
      role: 'signing',
      policy: chainPolicy,
      trust: {},
      issuedAt: at,
      now: at,
    } as const
    const whole = await verifyAndroidKeyAttestation({ ...common, chain, crypto })
    const rootless = await verifyAndroidKeyAttestation({ ...common, chain: chain.slice(0, -1), crypto })
    expect(rootless).toEqual(whole)
    expect(whole.testOnly).toBe(false)
    expect(whole.root.name).toContain('Key Attestation CA1')
  })
})

describe.skipIf(!haveVectors)('roots and revocation of the real world', () => {
  test('the pinned keys are those of the published roots', () => {
    const published = readVectorJson<string[]>(`${googleFolder}/roots.json`).flatMap(readPem)
    expect(published.map(readAndroidRoot)).toEqual(googleRoots)
    for (const root of googleRoots) expect(root.kind).toBe('production')
  })

  test('the published software root is recognised and trusted only in tests', async () => {
    const chain = readPem(readVector(`${googleFolder}/testdata/marlin/sdk29/TEE_RSA_NONE.pem`))
    const root = chain.at(-1) ?? new Uint8Array()
    expect(readAndroidRoot(root).kind).toBe('software')
    const at = clockOf('creationDateTime', chain)
    const options: AndroidKeyAttestationOptions = {
      chain,
      challenge: descriptionOf(chain).attestationChallenge,
      role: 'signing',
      policy: { ...chainPolicy, securityLevel: 'software', verifiedBoot: 'any' },
      trust: { roots: [root] },
      issuedAt: at,
      now: at,
    }
    expect(await verdictOf(options)).toBe('attestation_untrusted')
    // This phone's key is in hardware and only its attestation in software: the chain holds, the levels do not.
    const forTests = { ...options, trust: { roots: [root], testOnly: true } }
    expect(await verdictOf(forTests)).toBe('key_security_level_insufficient')
  })

  test('a real status list is read in full and refuses every serial on it', () => {
    const text = readVector('android-status-list/vvb2060-status-snapshot.json')
    const { entries } = parseStatusList(text)
    expect(entries.size).toBe(467)
    const reasons = [...entries.values()].map(({ status, reason }) => `${status} ${reason}`)
    expect(reasons.filter((reason) => reason === 'REVOKED KEY_COMPROMISE')).toHaveLength(441)
    expect(reasons.filter((reason) => reason === 'REVOKED SOFTWARE_FLAW')).toHaveLength(26)
  })

  test.each([0, 1, 2, 3, 4])('certificate %i of a genuine chain on the list refuses it', async (index) => {
    const chain = readPem(readVector(`${googleFolder}/testdata/caiman/sdk36/TEE_EC_RKP.pem`))
    const at = clockOf('creationDateTime', chain)
    const serial = readCertificate(chain[index] ?? new Uint8Array()).serial
    const entries = { [`00${serial.toUpperCase()}`]: { status: 'SUSPENDED' } }
    const outcome = await verdictOf({
      chain,
      challenge: descriptionOf(chain).attestationChallenge,
      role: 'signing',
      policy: { ...chainPolicy, verifiedBoot: 'any' },
      trust: { status: parseStatusList({ entries }) },
      issuedAt: at,
      now: at,
    })
    expect(outcome).toBe('attestation_revoked')
  })
})

describe.skipIf(!haveVectors)('key descriptions of real phones', () => {
  const { cases }: GoogleVerdicts = haveVectors
    ? readVectorJson(`${googleFolder}/expected-verdicts.json`)
    : { cases: [] }
  const described = [...new Set(cases.map(({ id }) => id))].filter((id) => !id.startsWith('invalid/'))

  test.each(described)('%s', (id) => {
    const description = descriptionOf(readPem(readVector(`${googleFolder}/testdata/${id}`)))
    const expected = readVectorJson<object>(`${googleFolder}/testdata/${id.replace('.pem', '.json')}`)
    expect(asGoogleWrites(description)).toEqual(withoutOrder(expected))
  })
})

function withoutOrder(expected: object): unknown {
  return JSON.parse(JSON.stringify(expected), (key, value) => (key === 'areTagsOrdered' ? undefined : value))
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
const levels = { software: 'SOFTWARE', tee: 'TRUSTED_ENVIRONMENT', strongbox: 'STRONG_BOX' }

/** A description in the form of Google's expected values: numbers as text, bytes as base64, a few other names. */
function asGoogleWrites(value: ReturnType<typeof parseKeyDescription>): object {
  return {
    attestationVersion: String(value.attestationVersion),
    attestationSecurityLevel: levels[value.attestationSecurityLevel],
    keyMintVersion: String(value.keyMintVersion),
    keyMintSecurityLevel: levels[value.keyMintSecurityLevel],
    attestationChallenge: base64(value.attestationChallenge),
    uniqueId: base64(value.uniqueId),
    softwareEnforced: listAsGoogleWrites(value.softwareEnforced),
    hardwareEnforced: listAsGoogleWrites(value.hardwareEnforced),
  }
}

/** Google's values leave `areTagsOrdered` away in all but one file; every genuine list here is in order. */
function listAsGoogleWrites({ tagsInOrder, ...list }: AuthorizationList): object {
  expect(tagsInOrder).toBe(true)
  return Object.fromEntries(
    Object.entries(list).map(([name, value]) => [
      name === 'algorithm' ? 'algorithms' : name,
      valueAsGoogleWrites(name, value),
    ]),
  )
}

function valueAsGoogleWrites(name: string, value: unknown): unknown {
  if (typeof value === 'number') return String(value)
  if (value instanceof Date) return String(value.getTime())
  if (value instanceof Uint8Array) return base64(value)
  if (name === 'origin') return String(value).toUpperCase()
  if (name === 'verifiedBootState') return String(value).toUpperCase()
  if (name === 'signatureDigests' && Array.isArray(value)) return value.map(base64)
  if (Array.isArray(value)) return value.map((item) => valueAsGoogleWrites('', item))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([inner, item]) => [
      inner === 'signatureDigests' ? 'signatures' : inner,
      valueAsGoogleWrites(inner, item),
    ]),
  )
}

test('hexadecimal is lowercase', () => {
  expect(toHex(Uint8Array.of(0, 171, 255))).toBe('00abff')
})
