import { type AttemptBucket, refundToBudget, takeFromBudget } from '../../attempt-budget.ts'
import type {
  Assertion,
  ClearAttempts,
  EndSession,
  Operation,
  RecordAuthentication,
  RecordAuthenticationResult,
  RegisterCredential,
  RegisterCredentialResult,
  RemoveCredential,
  SavePassword,
  SessionRecord,
  SingleUse,
  StartSession,
  TakeAttempt,
  TakeAttemptResult,
} from '../../contract.ts'
import { mayBeForgotten, signCountRises } from '../../internal/rules.ts'
import { effect, refusal, type Verdict } from '../../internal/verdict.ts'
import { rowOf, type Statements } from './statements.ts'

// Every function runs inside a transaction that holds the write lock: what it read stays true until the commit.

export function registerCredential(
  run: Statements,
  input: RegisterCredential,
): Verdict<RegisterCredentialResult> {
  const { realm, credential, challenge, grant } = input
  if (isUsed(run, input, 'challenge', challenge)) return refusal({ outcome: 'challengeUsed' })
  if (isUsed(run, input, 'grant', grant)) return refusal({ outcome: 'grantUsed' })
  if (run.findCounter.get(realm, credential.id) !== undefined) return refusal({ outcome: 'credentialExists' })
  const held = rowOf<{ held: number; lastPosition: number }>(run.countCredentials, realm, credential.account)
  if ((held?.held ?? 0) >= input.limit) return refusal({ outcome: 'limitReached' })
  use(run, realm, 'challenge', challenge)
  use(run, realm, 'grant', grant)
  run.addCredential.run(
    realm,
    credential.id,
    credential.account,
    (held?.lastPosition ?? 0) + 1,
    credential.publicKey,
    credential.name,
    credential.level,
    credential.signCount,
    credential.backupEligible ? 1 : 0,
    credential.backedUp ? 1 : 0,
    JSON.stringify(credential.transports),
    credential.aaguid,
    credential.format,
    credential.createdAt,
    credential.lastUsedAt,
  )
  return effect({ outcome: 'registered' })
}

export function recordAuthentication(
  run: Statements,
  input: RecordAuthentication,
): Verdict<RecordAuthenticationResult> {
  const refused = judgeAssertion(run, input)
  if (refused !== undefined) return refusal({ outcome: refused })
  useAssertion(run, input)
  addSession(run, input.realm, input.session)
  return effect({ outcome: 'recorded' })
}

/** Why the assertion has no effect, if it has none. */
export function judgeAssertion(
  run: Statements,
  input: Assertion,
): Exclude<RecordAuthenticationResult['outcome'], 'recorded'> | undefined {
  if (isUsed(run, input, 'challenge', input.challenge)) return 'challengeUsed'
  const stored = counterOf(run, input)
  if (stored?.account !== input.account) return 'credentialUnknown'
  const rises = input.acceptReplayedCount || signCountRises(stored.signCount, input.signCount)
  return rises ? undefined : 'signCountReplayed'
}

/** Uses up the challenge of an assertion that was judged, and stores the credential's counter and last use. */
export function useAssertion(run: Statements, input: Assertion): void {
  const { realm, credentialId, challenge, now } = input
  const stored = counterOf(run, input)
  use(run, realm, 'challenge', challenge)
  run.useCredential.run(
    Math.max(stored?.signCount ?? 0, input.signCount),
    input.backedUp ? 1 : 0,
    Math.max(stored?.lastUsedAt ?? now, now),
    realm,
    credentialId,
  )
}

interface Counter {
  readonly account: string
  readonly signCount: number
  readonly lastUsedAt: number | null
}

function counterOf(run: Statements, { realm, credentialId }: Assertion): Counter | undefined {
  return rowOf<Counter>(run.findCounter, realm, credentialId)
}

export function removeCredential(run: Statements, input: RemoveCredential): Verdict<'removed' | 'unknown'> {
  const { realm, credentialId } = input
  const stored = rowOf<{ account: string }>(run.findCounter, realm, credentialId)
  if (stored?.account !== input.account) return refusal('unknown')
  run.endSessionsOf.run(realm, credentialId)
  run.revokeFamiliesOfCredential.run(input.now, realm, credentialId)
  run.removeCredential.run(realm, credentialId)
  return effect('removed')
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

function isUsed(
  run: Statements,
  { realm, now }: Operation,
  kind: 'challenge' | 'grant',
  thing: SingleUse,
): boolean {
  return mayBeForgotten(thing.expiresAt, now) || run.findUse.get(realm, kind, thing.hash) !== undefined
}

function use(run: Statements, realm: string, kind: 'challenge' | 'grant', thing: SingleUse): void {
  run.addUse.run(realm, kind, thing.hash, thing.expiresAt)
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
