import { type EpochSeconds, KeyboundError } from '@keybound/protocol'
import type { DpopNonces } from './nonces.ts'
import { type ExpectedProof, type ProofRules, type VerifiedProof, verifyDpopProof } from './proof.ts'
import { createProofKeyCache } from './proof-key.ts'
import { type ProofReplayStore, proofUse } from './replay.ts'

export interface ProofCheckerOptions extends Omit<ProofRules, 'typ' | 'keys'> {
  readonly realm: string
  /** Where uses are remembered. */
  readonly replay: ProofReplayStore
  /** Nonces that proofs must carry. Without them proofs may be made in advance (RFC 9449 §11.2): for tests only. */
  readonly nonces?: DpopNonces
  /** Devices whose imported keys are kept. Default 10,000. */
  readonly keyCapacity?: number
}

/** Checks proofs and uses them up. */
export interface ProofChecker {
  /** All checks of RFC 9449 §4.3 without remembering the proof. Refuses with a `dpop_…` code. */
  verify(proof: string, expected: Omit<ExpectedProof, 'acceptsNonce'>, typ?: string): Promise<VerifiedProof>
  /**
   * Uses the proof up: the last step before what it stands for, after every other check, so that a refused request
   * burns no proof. Refuses with `dpop_proof_replayed`, and with `access_token_revoked` when the store knows that the
   * family of the accompanying access token was ended.
   */
  use(proof: VerifiedProof, now: EpochSeconds, family?: string): Promise<void>
  /** The nonce for the answer, or undefined when none are asked for. */
  nonce(now: EpochSeconds): Promise<string | undefined>
}

/** Binds the pure proof check to nonces, a replay store and a cache of keys. */
export function createProofChecker(options: ProofCheckerOptions): ProofChecker {
  const { realm, replay, nonces, keyCapacity, ...rules } = options
  const keys = createProofKeyCache(keyCapacity)
  const acceptsNonce = nonces && ((nonce: string, now: EpochSeconds) => nonces.accepts(nonce, now))

  return {
    verify(proof, expected, typ = 'dpop+jwt') {
      const judged = acceptsNonce ? { ...expected, acceptsNonce } : expected
      return verifyDpopProof(proof, judged, { ...rules, typ, keys })
    },
    async use(proof, now, family) {
      const use = { realm, ...proofUse(proof), now, ...(family === undefined ? {} : { family }) }
      const refusal = refusals[await replay.useProof(use)]
      if (refusal !== undefined) throw refusal()
    },
    nonce: async (now) => nonces?.current(now),
  }
}

const refusals = {
  fresh: undefined,
  used: () =>
    new KeyboundError(
      'dpop_proof_replayed',
      'Unexpected second use of a proof, expected each once. Make a new proof with its own jti.',
      { rule: 'RFC 9449 §11.1' },
    ),
  familyEnded: () =>
    new KeyboundError(
      'access_token_revoked',
      'Unexpected token of a session that was ended, expected a live one. Sign in again.',
    ),
}
