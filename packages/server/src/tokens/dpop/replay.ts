import { hash } from 'node:crypto'
import type { EpochSeconds } from '@keybound/protocol'
import type { VerifiedProof } from './proof.ts'

/** The use of one proof, as a store remembers it. */
export interface UseProof {
  readonly realm: string
  /** Names the proof: SHA-256 over key thumbprint and SHA-256 of `jti`, base64url. */
  readonly hash: string
  /** From here on the proof is refused for its age, so its use may be forgotten (a clock tolerance later). */
  readonly expiresAt: EpochSeconds
  readonly now: EpochSeconds
  /** Family the accompanying access token belongs to, for stores that know families. */
  readonly family?: string
}

/**
 * Remembers which proofs were used (RFC 9449 §11.1). Whoever shares the store shares the memory: a proof that one
 * process took, no other takes. Part of `Store`.
 */
export interface ProofReplayStore {
  /**
   * `fresh` exactly once per realm and hash, among all racing callers; `used` also for what expired long ago.
   * A store that knows families answers `familyEnded`, and uses nothing up, when the named one was ended or is gone.
   */
  useProof(input: UseProof): Promise<'fresh' | 'used' | 'familyEnded'>
}

/** The use of a proof, for a store that uses it up together with something else. */
export function proofUse(proof: VerifiedProof): { readonly hash: string; readonly expiresAt: EpochSeconds } {
  return { hash: proofHash(proof), expiresAt: proof.expiresAt }
}

/**
 * What names a proof in the store. By key and `jti`, so that no client can use up another's identifiers, and hashed,
 * so that its size is ours. Independent of `htu`, which is stricter than RFC 9449 §11.1 asks.
 */
export function proofHash(proof: Pick<VerifiedProof, 'jkt' | 'jti'>): string {
  return hash('sha256', `${proof.jkt}.${hash('sha256', proof.jti, 'base64url')}`, 'base64url')
}
