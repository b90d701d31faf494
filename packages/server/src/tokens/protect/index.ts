// The subpath @keybound/server/protect: all a resource server needs, without store, routes or schemas.
export type { IssuerKey, IssuerKeys } from '../access-token/keys.ts'
export { createRemoteKeys, type RemoteKeysOptions } from '../access-token/remote-keys.ts'
export { createMemoryReplayStore, type MemoryReplayOptions } from '../dpop/memory-replay.ts'
export type { ProofReplayStore, UseProof } from '../dpop/replay.ts'
export { type Caller, type Guard, type GuardVerdict, guarded, type Protect } from './guard.ts'
export type { Requirements } from './requirements.ts'
export { createResourceServer, type ResourceServerOptions } from './resource-server.ts'
