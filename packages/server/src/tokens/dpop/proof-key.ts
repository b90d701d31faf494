import { hash } from 'node:crypto'
import { type DpopAlgorithm, decodeBase64Url, KeyboundError, type PublicJwk } from '@keybound/protocol'
import { BoundedMap } from '../internal/bounded-map.ts'
import { importPublicJwk, type VerificationKey } from '../internal/signature.ts'
import { type JsonObject, type JwsFormat, malformed, readJwsHeader } from '../internal/strict-jws.ts'

/** The public key of a proof, imported, with its RFC 7638 thumbprint. */
export interface ProofKey extends VerificationKey {
  readonly jkt: string
}

/**
 * Imported keys by the encoded header they were read from. A client's header is the same in all its proofs, and
 * reading one depends on nothing else, so a known header needs no parsing, no import and no thumbprint.
 */
export type ProofKeyCache = BoundedMap<string, ProofKey>

/** `capacity`: devices whose keys are kept, about 2 kB each. Default 10,000. */
export function createProofKeyCache(capacity = 10_000): ProofKeyCache {
  return new BoundedMap(capacity)
}

/** What a key of each algorithm looks like: members beside `kty`, each 32 bytes. */
const keyShapes = {
  ES256: { kty: 'EC', crv: 'P-256', coordinates: ['x', 'y'] },
  EdDSA: { kty: 'OKP', crv: 'Ed25519', coordinates: ['x'] },
} as const satisfies Record<DpopAlgorithm, { kty: string; crv: string; coordinates: readonly ('x' | 'y')[] }>

/** Private and symmetric members (RFC 7518 §6.2.2, §6.3.2, §6.4; RFC 8037 §2) and keys by reference (RFC 7517 §4.6-9). */
const refusedMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'x5u', 'x5c', 'x5t', 'x5t#S256'] as const

/**
 * Reads the header of a proof: its type, its algorithm and its key (RFC 9449 §4.3 checks 4, 5 and 7).
 * Refuses with the code of the format, `dpop_algorithm_not_allowed` or `dpop_key_invalid`.
 */
export function readProofHeader(
  encoded: string,
  typ: string,
  algorithms: readonly DpopAlgorithm[],
  format: JwsFormat,
): ProofKey {
  const header = readJwsHeader(encoded, format)
  // Check 4. The type is one of a closed protocol, so it is compared exactly.
  if (header.typ !== typ) throw malformed(format, 'header member typ', typ, 'RFC 9449 §4.3 check 4')
  const algorithm = requireAlgorithm(header.alg, algorithms)
  const jwk = requirePublicKey(header.jwk, algorithm)
  return { ...importKey(jwk, algorithm), jkt: thumbprint(jwk) }
}

/** Check 5: asymmetric, and one this server accepts. A list of names, so neither `none` nor a MAC can be on it. */
function requireAlgorithm(name: string, algorithms: readonly DpopAlgorithm[]): DpopAlgorithm {
  const algorithm = algorithms.find((allowed) => allowed === name)
  if (algorithm === undefined) {
    throw new KeyboundError(
      'dpop_algorithm_not_allowed',
      `Unexpected proof algorithm, expected one of ${algorithms.join(', ')}. Sign proofs with ES256.`,
      { rule: 'RFC 9449 §4.3 check 5' },
    )
  }
  return algorithm
}

/** Check 7 and RFC 9449 §4.2: exactly the public key that the algorithm needs, in its one strict form. */
function requirePublicKey(value: unknown, algorithm: DpopAlgorithm): PublicJwk {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw keyInvalid('header without jwk', 'the public key as a JWK', 'RFC 9449 §4.2')
  }
  const jwk = value as JsonObject
  for (const name of refusedMembers) {
    if (Object.hasOwn(jwk, name)) {
      throw keyInvalid(`jwk member ${name}`, 'a public key and nothing else', 'RFC 9449 §4.3 check 7')
    }
  }
  const shape = keyShapes[algorithm]
  if (jwk.kty !== shape.kty || jwk.crv !== shape.crv) {
    throw keyInvalid('key type', `${shape.kty} on ${shape.crv} for ${algorithm}`, 'RFC 7518 §3.4')
  }
  for (const name of shape.coordinates) requireCoordinate(jwk[name], name)
  const coordinates = Object.fromEntries(shape.coordinates.map((name) => [name, jwk[name]]))
  // Rebuilt from the checked members: nothing else of the header reaches the importer.
  return { kty: shape.kty, crv: shape.crv, ...coordinates } as unknown as PublicJwk
}

/** RFC 7518 §6.2.1.2 and RFC 8037 §2: the full 32 bytes; base64url is strict, so equal keys have equal text. */
function requireCoordinate(value: unknown, name: string): void {
  let length = -1
  try {
    length = decodeBase64Url(value as string).length
  } catch {
    // The length says it all.
  }
  if (length !== 32) throw keyInvalid(`jwk member ${name}`, '32 bytes in base64url', 'RFC 7518 §6.2.1')
}

/** The importer refuses points that are not on the curve (RFC 7518 §6.2.1; SP 800-56A §5.6.2.3). */
function importKey(jwk: PublicJwk, algorithm: DpopAlgorithm): VerificationKey {
  try {
    return importPublicJwk(jwk, algorithm)
  } catch (cause) {
    throw keyInvalid('key', 'a point on the curve', 'RFC 7518 §6.2.1', cause)
  }
}

/** RFC 7638 §3: SHA-256 over the required members in lexicographic order; base64url needs no escape in JSON. */
export function thumbprint({ crv, kty, x, y }: PublicJwk): string {
  const members = y === undefined ? { crv, kty, x } : { crv, kty, x, y }
  return hash('sha256', JSON.stringify(members), 'base64url')
}

function keyInvalid(found: string, expected: string, rule: string, cause?: unknown): KeyboundError {
  return new KeyboundError(
    'dpop_key_invalid',
    `Unexpected ${found} in the proof, expected ${expected}. Send the public half of the key that signs.`,
    cause === undefined ? { rule } : { rule, cause },
  )
}
