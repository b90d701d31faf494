import type { EpochSeconds } from '@keybound/protocol'
import type { AttemptBucket } from '../../attempt-budget.ts'
import type { CredentialRecord, PasswordRecord, SessionRecord } from '../../contract.ts'
import type { EvidenceRecord } from '../../evidence-contract.ts'
import { mayBeForgotten } from '../../internal/rules.ts'
import type { FamilyRecord } from '../../token-contract.ts'
import type { KeptNotice } from './notice-operations.ts'
import type { KeptTransaction } from './transaction-operations.ts'

/** Everything one realm holds. Maps keep the order of insertion, which is the order of commit. */
export interface Realm {
  /** By kind and id, see {@link keyOf}. */
  readonly operations: Map<string, { readonly result: unknown; readonly expiresAt: EpochSeconds }>
  /** By kind and hash, see {@link keyOf}. */
  readonly used: Map<string, EpochSeconds>
  readonly credentials: Map<string, CredentialRecord>
  /** By credential. */
  readonly evidence: Map<string, EvidenceRecord>
  readonly sessions: Map<string, SessionRecord>
  readonly families: Map<string, FamilyRecord>
  /** Used proofs by hash. */
  readonly proofs: Map<string, EpochSeconds>
  readonly buckets: Map<string, AttemptBucket>
  /** By id. */
  readonly notices: Map<string, KeptNotice>
  /** By username. */
  readonly passwords: Map<string, PasswordRecord>
  readonly transactions: Map<string, KeptTransaction>
  /** By account and payee: when it was first approved. */
  readonly payees: Map<string, EpochSeconds>
  /** By transaction. */
  readonly outbox: Map<string, { readonly dueAt: EpochSeconds; readonly tries: number }>
}

export function emptyRealm(): Realm {
  return {
    operations: new Map(),
    used: new Map(),
    credentials: new Map(),
    evidence: new Map(),
    sessions: new Map(),
    families: new Map(),
    proofs: new Map(),
    buckets: new Map(),
    notices: new Map(),
    passwords: new Map(),
    transactions: new Map(),
    payees: new Map(),
    outbox: new Map(),
  }
}

/** Joins a kind and an id without ambiguity: kinds are words of this code and hold no colon. */
export function keyOf(kind: string, id: string): string {
  return `${kind}:${id}`
}

export function pruneRealm(realm: Realm, now: EpochSeconds): void {
  prune(realm.operations, (kept) => kept.expiresAt, now)
  prune(realm.used, (expiresAt) => expiresAt, now)
  prune(realm.sessions, (session) => session.expiresAt, now)
  prune(realm.families, (family) => family.expiresAt, now)
  prune(realm.proofs, (expiresAt) => expiresAt, now)
  prune(realm.notices, ({ notice }) => notice.expiresAt, now)
  prune(realm.buckets, (bucket) => bucket.forgetAt, now)
  const waiting = ({ approvedAt, expiresAt }: KeptTransaction) => (approvedAt === null ? expiresAt : Infinity)
  prune(realm.transactions, waiting, now)
}

function prune<Value>(
  map: Map<string, Value>,
  expiry: (value: Value) => EpochSeconds,
  now: EpochSeconds,
): void {
  for (const [key, value] of map) if (mayBeForgotten(expiry(value), now)) map.delete(key)
}
