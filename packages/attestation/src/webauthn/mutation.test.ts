import { isDeepStrictEqual } from 'node:util'
import {
  type CborValue,
  decodeBase64Url,
  encodeBase64Url,
  encodeCbor,
  encodeCoseKey,
} from '@keybound/protocol/encoding'
import { expect, test } from 'vitest'
import { authorityRoot } from '../../../../test/support/android-authority/authority.ts'
import { mutate, seededRandom } from '../../../../test/support/mutate.ts'
import { sample } from '../../../../test/support/sample.ts'
import {
  challenge,
  credentialId,
  credentialKey,
  flags,
  forgeAssertion,
  forgeRegistration,
  origin,
  type RegistrationSpec,
  rpId,
  selfStatement,
  userHandle,
} from '../../../../test/support/webauthn/forge.ts'
import {
  safetyNetRoot,
  safetyNetStatement,
  safetyNetTime,
} from '../../../../test/support/webauthn/safetynet.ts'
import {
  androidStatement,
  appleStatement,
  attestationTime,
  makerRoot,
  packedStatement,
  tpmStatement,
  u2fStatement,
} from '../../../../test/support/webauthn/statements.ts'
import { AttestationError } from '../errors.ts'
import { parseAttestationObject } from './attestation-object.ts'
import { statementFormats } from './statements/index.ts'
import type {
  StatementFormat,
  VerifiedAuthentication,
  VerifiedRegistration,
  VerifyAuthenticationOptions,
  VerifyRegistrationOptions,
} from './types.ts'
import { verifyAuthentication } from './verify-authentication.ts'
import { verifyRegistration } from './verify-registration.ts'

/** Mutants of all responses together; KEYBOUND_MUTANTS overrides. */
const count = Number(process.env.KEYBOUND_MUTANTS ?? sample({ small: 1_400, large: 20_000, full: 300_000 }))

const seed = 20_261_122

/** A response as the byte strings in it, by name. */
type Parts = Readonly<Record<string, Uint8Array>>

interface Genuine {
  readonly format: StatementFormat
  readonly options: VerifyRegistrationOptions
  /** Whether a changed part may pass, because nobody signed what was changed. The verdict must still be the same. */
  readonly isUnsigned: (name: string, original: Uint8Array, mutant: Uint8Array) => boolean
}

const nothing = (): boolean => false

function genuine(
  format: StatementFormat,
  statement: NonNullable<RegistrationSpec['statement']>,
  isUnsigned: Genuine['isUnsigned'] = nothing,
  authenticatorData: RegistrationSpec['authenticatorData'] = {},
  at = attestationTime,
): Genuine {
  const options: VerifyRegistrationOptions = {
    response: forgeRegistration({ format, statement, authenticatorData }),
    expected: { challenge, origins: [origin], rpId, userVerification: 'preferred' },
    policy: {
      formats: format === 'compound' ? [format, 'packed', 'android-key'] : [format],
      attestation: format === 'packed' ? 'optional' : 'trusted',
    },
    trust: { roots: [makerRoot, authorityRoot, safetyNetRoot], testOnly: true },
    issuedAt: at,
    now: at,
  }
  return { format, options, isUnsigned }
}

/** Of a root that was sent along only its key counts, and that is the configured one; it may be left out as well. */
const rootCertificate =
  (index: number, x5c = 'x5c ') =>
  (name: string) =>
    name.startsWith(x5c) && Number(name.slice(x5c.length)) >= index

/** U2F signs neither counter nor AAGUID, and of the flags none; those that would mean something refuse. */
function isUnsignedByU2f(name: string, original: Uint8Array, mutant: Uint8Array): boolean {
  if (name !== 'authData' || original.length !== mutant.length) return false
  const meaningful = 0xff & ~0x22
  return original.every((byte, at) => {
    if (at === 32) return (byte & meaningful) === ((mutant[at] as number) & meaningful)
    return (at > 32 && at < 53) || byte === mutant[at]
  })
}

const responses: readonly Genuine[] = [
  genuine('packed', selfStatement()),
  genuine('packed', packedStatement({ chain: (chain) => [...chain, makerRoot] }), rootCertificate(2)),
  genuine('tpm', tpmStatement()),
  genuine('apple', appleStatement()),
  genuine('fido-u2f', u2fStatement(), isUnsignedByU2f, { flags: flags.up }),
  genuine('android-key', androidStatement(), rootCertificate(4)),
  genuine('android-safetynet', safetyNetStatement(), nothing, {}, safetyNetTime),
  genuine(
    'compound',
    (toAttest) => [
      statementOf('packed', packedStatement()(toAttest)),
      statementOf('android-key', androidStatement()(toAttest)),
    ],
    rootCertificate(4, '1 attStmt x5c '),
  ),
]

/** One of several in a `compound` statement (§8.9). */
function statementOf(format: StatementFormat, statement: CborValue): CborValue {
  return new Map<string, CborValue>([
    ['fmt', format],
    ['attStmt', statement],
  ])
}

/** The byte strings of a registration, whole on the wire or one by one. */
function partsOf({ response }: VerifyRegistrationOptions): Parts {
  const object = parseAttestationObject(decodeBase64Url(response.response.attestationObject))
  return {
    clientData: decodeBase64Url(response.response.clientDataJSON),
    authData: object.authenticatorData,
    ...Object.fromEntries(bytesIn(object.statement, [])),
  }
}

/** The byte strings in a statement, each by the names and places that lead to it. */
function bytesIn(value: CborValue, path: readonly unknown[]): (readonly [string, Uint8Array])[] {
  if (value instanceof Uint8Array) return [[path.join(' '), value]]
  if (Array.isArray(value)) return value.flatMap((item, at) => bytesIn(item, [...path, at]))
  if (value instanceof Map) return [...value].flatMap(([name, item]) => bytesIn(item, [...path, name]))
  return []
}

/** The statement with these byte strings in the place of its own. */
function withBytes(value: CborValue, parts: Parts, path: readonly unknown[]): CborValue {
  if (value instanceof Uint8Array) return parts[path.join(' ')] ?? value
  if (Array.isArray(value)) return value.map((item, at) => withBytes(item, parts, [...path, at]))
  if (!(value instanceof Map)) return value
  return new Map([...value].map(([name, item]) => [name, withBytes(item, parts, [...path, name])]))
}

/** The registration with these byte strings, in right CBOR whatever their lengths; certificates in this order. */
function withParts(
  options: VerifyRegistrationOptions,
  parts: Parts,
  x5c: readonly Uint8Array[],
): VerifyRegistrationOptions {
  const object = parseAttestationObject(decodeBase64Url(options.response.response.attestationObject))
  const statement = withBytes(object.statement, parts, [])
  if (statement instanceof Map && statement.has('x5c')) statement.set('x5c', x5c)
  const bytes = encodeCbor(
    new Map<string, CborValue>([
      ['fmt', object.format],
      ['attStmt', statement],
      ['authData', parts.authData as Uint8Array],
    ]),
  )
  return withResponse(options, parts.clientData as Uint8Array, bytes)
}

function withResponse(
  options: VerifyRegistrationOptions,
  clientData: Uint8Array,
  attestationObject: Uint8Array,
): VerifyRegistrationOptions {
  const response = {
    clientDataJSON: encodeBase64Url(clientData),
    attestationObject: encodeBase64Url(attestationObject),
  }
  return { ...options, response: { ...options.response, response } }
}

/** Names of the parts that differ, empty when the two say the same. */
function changesBetween(a: Parts, b: Parts): string[] {
  const names = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...names].filter((name) => !isDeepStrictEqual(a[name] && [...a[name]], b[name] && [...b[name]]))
}

/** The verdict without the client's own word on transports, which no mutant touches. */
async function verdictOf(
  options: VerifyRegistrationOptions,
): Promise<VerifiedRegistration | AttestationError> {
  try {
    return { ...(await verifyRegistration(options)), transports: [] }
  } catch (error) {
    if (error instanceof AttestationError) return error
    throw error
  }
}

async function judgeMutant(base: Genuine, mutant: VerifyRegistrationOptions, change: string): Promise<void> {
  const verdict = await verdictOf(mutant)
  if (verdict instanceof AttestationError) return
  const [original, changed] = [partsOf(base.options), partsOf(mutant)]
  const unexplained = changesBetween(original, changed).filter((name) => {
    const none = new Uint8Array()
    return !base.isUnsigned(name, original[name] ?? none, changed[name] ?? none)
  })
  expect(unexplained, `${base.format}: ${change}`).toEqual([])
  expect(forgetCertificates(verdict), `${base.format}: ${change}`).toEqual(
    forgetCertificates((await verdictOf(base.options)) as VerifiedRegistration),
  )
}

/** What an Android verdict tells of the root certificate that was sent is not what it was trusted for. */
function forgetCertificates(verdict: VerifiedRegistration): unknown {
  return { ...verdict, android: verdict.android && { ...verdict.android, certificates: [] } }
}

test('a registration of every format is mutated, besides "none", in which nothing is signed', () => {
  expect(new Set(['none', ...responses.map(({ format }) => format)])).toEqual(new Set(statementFormats))
})

test.each(responses)('a mutated $format registration is refused, or says the same', async (base) => {
  const random = seededRandom(seed)
  const parts = partsOf(base.options)
  const names = Object.keys(parts).filter((name) => !name.startsWith('x5c'))
  const x5c = Object.keys(parts).filter((name) => name.startsWith('x5c'))
  expect(await verdictOf(base.options)).not.toBeInstanceOf(Error)
  const { clientDataJSON, attestationObject } = base.options.response.response
  for (let made = 0; made < count / (2 * responses.length); made++) {
    // On the wire: mostly the CBOR is broken.
    const wire = mutate([decodeBase64Url(clientDataJSON), decodeBase64Url(attestationObject)], random)
    const [clientData = new Uint8Array(), object = new Uint8Array()] = wire.items
    await judgeMutant(base, withResponse(base.options, clientData, object), `wire, ${wire.change}`)
    // Part by part: the CBOR is right, and what it carries is not.
    const picked = random() < 0.5 && x5c.length > 0 ? x5c : names
    const inside = mutate(
      picked.map((name) => parts[name] as Uint8Array),
      random,
    )
    const isChain = picked === x5c
    const changed = isChain
      ? {}
      : Object.fromEntries(names.map((name, at) => [name, inside.items[at] ?? new Uint8Array()]))
    const chain = isChain ? inside.items : x5c.map((name) => parts[name] as Uint8Array)
    const mutant = withParts(base.options, { ...parts, ...changed }, chain)
    await judgeMutant(base, mutant, `${isChain ? 'x5c' : names.join()}, ${inside.change}`)
  }
})

test('a mutated assertion is refused', async () => {
  const response = forgeAssertion({ userHandle })
  const options: VerifyAuthenticationOptions = {
    response,
    expected: { challenge, origins: [origin], rpId, allowCredentials: [credentialId] },
    credential: {
      id: credentialId,
      publicKey: encodeCoseKey(credentialKey.cose),
      signCount: 0,
      backupEligible: false,
      userHandle,
    },
  }
  await verifyAuthentication(options)
  const random = seededRandom(seed)
  const names = ['clientDataJSON', 'authenticatorData', 'signature', 'userHandle'] as const
  const items = names.map((name) => decodeBase64Url(response.response[name] ?? ''))
  for (let made = 0; made < count / 4; made++) {
    const mutant = mutate(items, random)
    // One more item at the end is no part of the response.
    if (isDeepStrictEqual(mutant.items.slice(0, items.length), items)) continue
    const members = names.map((name, at) => [name, encodeBase64Url(mutant.items[at] ?? new Uint8Array())])
    const mutated = { ...response, response: Object.fromEntries(members) }
    const verdict: VerifiedAuthentication | unknown = await verifyAuthentication({
      ...options,
      response: mutated,
    }).catch((error: unknown) => error)
    expect(verdict, mutant.change).toBeInstanceOf(AttestationError)
  }
})
