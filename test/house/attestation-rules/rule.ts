/** Test files by the short names that the lists of rules use, from the root of the checkout. */
export const testFiles = {
  androidChain: 'packages/attestation/src/android/chain/chain.test.ts',
  androidKey: 'packages/attestation/src/android/key/key.test.ts',
  androidVectors: 'packages/attestation/src/android/vectors.test.ts',
  keyDescription: 'packages/attestation/src/android/key-description/key-description.test.ts',
  statusList: 'packages/attestation/src/android/status/status-list.test.ts',
  statusFetcher: 'packages/attestation/src/android/status/status-fetcher.test.ts',
  androidRoots: 'packages/attestation/src/android/trust/ending-roots.test.ts',
  x509: 'packages/attestation/src/x509/x509.test.ts',
  appleAttestation: 'packages/attestation/src/apple/verify-attestation.test.ts',
  appleObject: 'packages/attestation/src/apple/attestation-object.test.ts',
  appleAssertion: 'packages/attestation/src/apple/verify-assertion.test.ts',
  appleVectors: 'packages/attestation/src/apple/vectors.test.ts',
  registration: 'packages/attestation/src/webauthn/verify-registration.test.ts',
  authentication: 'packages/attestation/src/webauthn/verify-authentication.test.ts',
  statements: 'packages/attestation/src/webauthn/statements/statements.test.ts',
  safetyNet: 'packages/attestation/src/webauthn/statements/safetynet.test.ts',
  webauthnTrust: 'packages/attestation/src/webauthn/trust/trust.test.ts',
  webauthnReaders: 'packages/attestation/src/webauthn/readers.test.ts',
  ports: 'packages/attestation/src/crypto/port.test.ts',
  playIntegrity: 'packages/attestation/src/play-integrity/play-integrity.test.ts',
  cbor: 'packages/protocol/src/encoding/cbor.test.ts',
  cose: 'packages/protocol/src/encoding/cose.test.ts',
  serverRefusals: 'test/server/refusals.test.ts',
  iphones: 'test/server/phones/iphone.test.ts',
  accessTokens: 'packages/server/src/tokens/access-token/verify.test.ts',
  dpopProofs: 'packages/server/src/tokens/dpop/proof.test.ts',
  tokenAttacks: 'test/tokens/attacks-on-tokens.test.ts',
  tokenEndpoint: 'test/tokens/token-endpoint.test.ts',
} as const

/** Titles of tests, or of rows of a table of tests, by file; `…` stands for what a title fills in. */
export type Proofs = Readonly<Partial<Record<keyof typeof testFiles, readonly string[]>>>

/**
 * A rule by which evidence is judged, and what shows that it holds. `rows` are the numbers of the attack table
 * (1 to 61) that the rule answers.
 */
export interface HeldRule {
  /** `A.1/7`: part and number of the rule, with a letter where a rule has several parts. */
  readonly id: string
  readonly says: string
  /** What the guard clause names as its source: the name of a rule, or a clause of a standard. */
  readonly cites: readonly string[]
  readonly rows?: readonly number[]
  /** What keeps the rule is accepted. */
  readonly accepts: Proofs
  /** What breaks it is refused. */
  readonly refuses: Proofs
}
