import { KeyboundError } from '@keybound/protocol'
import type { ProofChecker } from '../dpop/checker.ts'
import type { ExpectedProof, VerifiedProof } from '../dpop/proof.ts'

/** Header type of session key proofs: like DPoP proofs but not to be taken for one, nor one for them. */
export const sessionKeyProofType = 'keybound-session-key+jwt'

/**
 * The session key of a token request: the client names it in the proof key's proof (`session_jkt`) and lets it prove
 * itself in a proof of its own that names the proof key (`proof_jkt`). So the hardware key endorses the session key,
 * and neither proof serves with another counterpart. Undefined when the request has none.
 *
 * Refuses with `session_key_proof_invalid`; a stale nonce with `dpop_nonce_required`.
 */
export async function verifySessionKey(
  text: string | undefined,
  proof: VerifiedProof,
  proofs: ProofChecker,
  expected: Omit<ExpectedProof, 'acceptsNonce'>,
): Promise<VerifiedProof | undefined> {
  const endorsed = proof.claims.session_jkt
  if (text === undefined && endorsed === undefined) return undefined
  if (text === undefined) throw invalid('endorsement without a session key proof', 'both')
  const session = await verify(text, proofs, expected)
  if (session.jkt === proof.jkt) throw invalid('proof key as session key', 'a key of its own')
  if (session.jkt !== endorsed) throw invalid('session_jkt', 'the thumbprint of the session key')
  if (session.claims.proof_jkt !== proof.jkt) throw invalid('proof_jkt', 'the thumbprint of the proof key')
  return session
}

async function verify(
  text: string,
  proofs: ProofChecker,
  expected: Omit<ExpectedProof, 'acceptsNonce'>,
): Promise<VerifiedProof> {
  try {
    return await proofs.verify(text, expected, sessionKeyProofType)
  } catch (error) {
    if (!(error instanceof KeyboundError) || error.code === 'dpop_nonce_required') throw error
    throw invalid(`session key proof (${error.code})`, 'a correct one', error)
  }
}

function invalid(found: string, expected: string, cause?: unknown): KeyboundError {
  const message = `Unexpected ${found}, expected ${expected}. Let both keys prove themselves in the same request.`
  return new KeyboundError('session_key_proof_invalid', message, cause === undefined ? {} : { cause })
}
