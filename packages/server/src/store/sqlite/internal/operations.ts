import { type AttemptBucket, refundToBudget, takeFromBudget } from '../../attempt-budget.ts'
import type {
  Assertion,
  ClearAttempts,
  EndSession,
  OpenAsResult,
  RecordAuthentication,
  RecordAuthenticationResult,
  RegisterCredential,
  RegisterCredentialResult,
  RemoveCredential,
  SavePassword,
  SessionRecord,
  StartSession,
  StoreMode,
  TakeAttempt,
  TakeAttemptResult,
} from '../../contract.ts'
import { mayBeForgotten, signCountRises } from '../../internal/rules.ts'
import { effect, refusal, type Verdict } from '../../internal/verdict.ts'
import { addEvidence } from './evidence-operations.ts'
import { addNotices } from './notice-operations.ts'
import { rowOf, rowsOf, type Statements } from './statements.ts'

// Every function runs inside a transaction that holds the write lock: what it read stays true until the commit.
// Challenges are judged and used up around them, by onceForChallenge.

export function registerCredential(
  run: Statements,
  input: RegisterCredential,
): Verdict<RegisterCredentialResult> {
  const { realm, operationId, now, credential, grant } = input
  const forgotten = mayBeForgotten(grant.expiresAt, now)
  if (forgotten || run.findUse.get(realm, 'grant', grant.hash) !== undefined) {
    return refusal({ outcome: 'grantUsed' })
  }
  if (run.findCounter.get(realm, credential.id) !== undefined) return refusal({ outcome: 'credentialExists' })
  if (run.findAppAttestKey.get(realm, credential.appAttestKey) !== undefined) {
    return refusal({ outcome: 'appAttestKeyUsed' })
  }
  const { account } = credential
  const replaced = input.replaces?.credentialId ?? null
  const gone = rowsOf<{ id: string }>(run.listGone, realm, account, replaced, now)
  const held = rowOf<{ held: number; lastPosition: number }>(run.countCredentials, realm, account)
  if ((held?.held ?? 0) - gone.length >= input.limit) return refusal({ outcome: 'limitReached' })
  for (const { id: credentialId } of gone) {
    forgetCredential(run, { ...input.replaces, realm, now, account, credentialId })
  }
  run.addUse.run(realm, 'grant', grant.hash, grant.expiresAt, 'registerCredential', operationId)
  run.addCredential.run(
    realm,
    credential.id,
    credential.account,
    (held?.lastPosition ?? 0) + 1,
    credential.publicKey,
    credential.name,
    credential.level,
    credential.platform,
    credential.proofJkt,
    credential.appAttestKey,
    credential.probationUntil,
    credential.expiresAt,
    credential.suspendedBy,
    credential.signCount,
    credential.backupEligible ? 1 : 0,
    credential.backedUp ? 1 : 0,
    JSON.stringify(credential.transports),
    credential.aaguid,
    credential.format,
    credential.createdAt,
    credential.lastUsedAt,
  )
  addEvidence(run, input)
  addNotices(run, realm, account, input.notices)
  return effect({ outcome: 'registered' })
}

export function recordAuthentication(
  run: Statements,
  input: RecordAuthentication,
): Verdict<RecordAuthenticationResult> {
  const refused = judgeAssertion(run, input)
  if (refused !== undefined) return refusal({ outcome: refused })
  useCredential(run, input)
  const { realm, account, credentialId, session } = input
  addSession(run, realm, { ...session, account, credentialId })
  return effect({ outcome: 'recorded' })
}

/** Why an assertion of an unused challenge has no effect, if it has none. */
export function judgeAssertion(
  run: Statements,
  { realm, credentialId, account, signCount, acceptReplayedCount }: Assertion,
): 'credentialUnknown' | 'signCountReplayed' | undefined {
  const stored = rowOf<{ account: string; signCount: number }>(run.findCounter, realm, credentialId)
  if (stored?.account !== account) return 'credentialUnknown'
  return acceptReplayedCount || signCountRises(stored.signCount, signCount) ? undefined : 'signCountReplayed'
}

/** Stores counter, backup state and last use of an assertion that was judged. */
export function useCredential(run: Statements, input: Assertion): void {
  const { realm, credentialId, signCount, backedUp, now } = input
  run.useCredential.run(signCount, backedUp ? 1 : 0, now, realm, credentialId)
}

export function removeCredential(run: Statements, input: RemoveCredential): Verdict<'removed' | 'unknown'> {
  const stored = rowOf<{ account: string }>(run.findCounter, input.realm, input.credentialId)
  if (stored?.account !== input.account) return refusal('unknown')
  forgetCredential(run, input)
  addNotices(run, input.realm, input.account, input.notices)
  return effect('removed')
}

/** Removes a credential of the account with its evidence, and ends what it opened. */
function forgetCredential(
  run: Statements,
  { realm, now, account, credentialId, keepSession }: Omit<RemoveCredential, 'operationId' | 'notices'>,
): void {
  run.endSessionsOf.run(realm, account, credentialId, keepSession ?? null)
  run.revokeFamiliesOfCredential.run(now, realm, credentialId)
  run.removeEvidence.run(realm, credentialId)
  run.removeCredential.run(realm, credentialId)
}

export function startSession(run: Statements, input: StartSession): Verdict<void> {
  addSession(run, input.realm, input.session)
  return effect(undefined)
}

export function endSession(run: Statements, input: EndSession): Verdict<void> {
  run.endSession.run(input.realm, input.tokenHash)
  return effect(undefined)
}

export function takeAttempt(run: Statements, input: TakeAttempt): Verdict<TakeAttemptResult> {
  const taken = new Map<string, AttemptBucket>()
  let longest: (TakeAttemptResult & { readonly outcome: 'exhausted' }) | undefined
  for (const budget of input.budgets) {
    const bucket = rowOf<AttemptBucket>(run.findBucket, input.realm, budget.key)
    const answer = takeFromBudget(bucket, budget, input.now)
    if (answer.outcome === 'taken') taken.set(budget.key, answer.bucket)
    else if (answer.retryAfter > (longest?.retryAfter ?? 0)) longest = { ...answer, key: budget.key }
  }
  if (longest !== undefined) return refusal(longest)
  for (const [key, bucket] of taken) saveBucket(run, input.realm, key, bucket)
  return effect({ outcome: 'taken' })
}

export function clearAttempts(run: Statements, input: ClearAttempts): Verdict<void> {
  const { realm } = input
  for (const key of input.keys) run.removeBucket.run(realm, key)
  for (const key of input.refund ?? []) {
    const bucket = refundToBudget(rowOf<AttemptBucket>(run.findBucket, realm, key))
    if (bucket === undefined) run.removeBucket.run(realm, key)
    else saveBucket(run, realm, key, bucket)
  }
  return effect(undefined)
}

export function savePassword(run: Statements, input: SavePassword): Verdict<'saved' | 'usernameTaken'> {
  const { realm, password } = input
  const holder = rowOf<{ account: string }>(run.findPassword, realm, password.username)
  if (holder !== undefined && holder.account !== password.account) return refusal('usernameTaken')
  run.removePassword.run(realm, password.account)
  run.addPassword.run(realm, password.username, password.account, password.displayName, password.passwordHash)
  return effect('saved')
}

export function openAs(run: Statements, mode: StoreMode): OpenAsResult {
  const marked = rowOf<{ mark: StoreMode }>(run.findMark)?.mark
  if (marked === undefined) run.addMark.run(mode)
  if (marked === undefined || marked === mode) return 'opened'
  return marked === 'demo' ? 'markedDemo' : 'markedProduction'
}

function addSession(run: Statements, realm: string, session: SessionRecord): void {
  run.addSession.run(
    realm,
    session.tokenHash,
    session.account,
    session.acr,
    session.authTime,
    session.expiresAt,
    session.credentialId,
  )
}

function saveBucket(run: Statements, realm: string, key: string, bucket: AttemptBucket): void {
  run.saveBucket.run(realm, key, bucket.tries, bucket.lastTryAt, bucket.forgetAt)
}
