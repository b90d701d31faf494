import type { ServerContext } from '../../internal/context.ts'
import type { ProofChecker } from '../dpop/checker.ts'
import type { VerifiedProof } from '../dpop/proof.ts'

/** What the token endpoint works with, besides what every capability of the server does. */
export interface TokenContext {
  readonly server: ServerContext
  readonly clients: ReadonlySet<string>
  /** The first is the default. */
  readonly resources: readonly string[]
  readonly proofs: ProofChecker
}

/** A token request all of whose proofs were verified and none was used up. */
export interface TokenRequest {
  readonly clientId: string
  /** `aud` of the access token. */
  readonly resource: string
  readonly proof: VerifiedProof
  readonly sessionKey: VerifiedProof | undefined
  readonly clientAddress: string
}
