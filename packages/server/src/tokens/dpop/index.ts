export { createProofChecker, type ProofChecker, type ProofCheckerOptions } from './checker.ts'
export { createMemoryReplayStore, type MemoryReplayOptions } from './memory-replay.ts'
export { createDpopNonces, type DpopNonceOptions, type DpopNonces } from './nonces.ts'
export {
  type ExpectedProof,
  hashAccessToken,
  onlyProof,
  type ProofRules,
  type VerifiedProof,
  verifyDpopProof,
} from './proof.ts'
export { createProofKeyCache, type ProofKey, type ProofKeyCache } from './proof-key.ts'
export { type ProofReplayStore, proofHash, proofUse, type UseProof } from './replay.ts'
