import { type EpochSeconds, KeyboundError } from '@keybound/protocol'
import { type AttemptBucket, refundToBudget, takeFromBudget } from '../../attempt-budget.ts'
import type {
  Assertion,
  ClearAttempts,
  CredentialRecord,
  EndSession,
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
import { copyOfEvidence } from './evidence-operations.ts'
import { addNotices } from './notice-operations.ts'
import { keyOf, type Realm } from './realm.ts'

// Every function judges first and changes the realm only when nothing can fail any more.

export function registerCredential(
  realm: Realm,
  input: RegisterCredential,
): Verdict<RegisterCredentialResult> {
  const { credential, evidence, challenge, grant } = input
  if (isUsed(realm, 'challenge', challenge, input.now)) return refusal({ outcome: 'challengeUsed' })
  if (isUsed(realm, 'grant', grant, input.now)) return refusal({ outcome: 'grantUsed' })
  if (realm.credentials.has(credential.id)) return refusal({ outcome: 'credentialExists' })
  if (isAppAttestKeyUsed(realm, credential)) return refusal({ outcome: 'appAttestKeyUsed' })
  const held = credentialsOf(realm, credential.account)
  const gone = held.filter(
    ({ id, expiresAt }) => id === input.replaces?.credentialId || hasExpired(expiresAt, input),
  )
  if (held.length - gone.length >= input.limit) return refusal({ outcome: 'limitReached' })
  for (const { id } of gone) forgetCredential(realm, id, input.now, input.replaces?.keepSession)
  realm.used.set(keyOf('challenge', challenge.hash), challenge.expiresAt)
  realm.used.set(keyOf('grant', grant.hash), grant.expiresAt)
  realm.credentials.set(credential.id, copyOf(credential))
  const { id: credentialId, account } = credential
  realm.evidence.set(credentialId, copyOfEvidence({ ...evidence, credentialId, account }))
  addNotices(realm, account, input.notices)
  return effect({ outcome: 'registered' })
}

export function recordAuthentication(
  realm: Realm,
  input: RecordAuthentication,
): Verdict<RecordAuthenticationResult> {
  const refused = judgeAssertion(realm, input)
  if (refused !== undefined) return refusal({ outcome: refused })
  const { account, credentialId, session } = input
  addSession(realm, { ...session, account, credentialId })
  useAssertion(realm, input)
  return effect({ outcome: 'recorded' })
}

/** Why the assertion has no effect, if it has none. */
export function judgeAssertion(
  realm: Realm,
  input: Assertion,
): Exclude<RecordAuthenticationResult['outcome'], 'recorded'> | undefined {
  if (isUsed(realm, 'challenge', input.challenge, input.now)) return 'challengeUsed'
  const credential = realm.credentials.get(input.credentialId)
  if (credential?.account !== input.account) return 'credentialUnknown'
  const rises = input.acceptReplayedCount || signCountRises(credential.signCount, input.signCount)
  return rises ? undefined : 'signCountReplayed'
}

/** Uses up the challenge of an assertion that was judged, and stores the credential's counter and last use. */
export function useAssertion(realm: Realm, input: Assertion): void {
  const { challenge, now } = input
  realm.used.set(keyOf('challenge', challenge.hash), challenge.expiresAt)
  const credential = realm.credentials.get(input.credentialId)
  if (credential === undefined) return
  realm.credentials.set(credential.id, {
    ...credential,
    signCount: Math.max(credential.signCount, input.signCount),
    backedUp: input.backedUp,
    lastUsedAt: Math.max(credential.lastUsedAt ?? now, now),
  })
}

export function removeCredential(realm: Realm, input: RemoveCredential): Verdict<'removed' | 'unknown'> {
  if (realm.credentials.get(input.credentialId)?.account !== input.account) return refusal('unknown')
  forgetCredential(realm, input.credentialId, input.now, input.keepSession)
  addNotices(realm, input.account, input.notices)
  return effect('removed')
}

/** Removes a credential with its evidence, and ends what it opened. */
function forgetCredential(
  realm: Realm,
  credentialId: string,
  now: EpochSeconds,
  keepSession: string | undefined,
): void {
  realm.credentials.delete(credentialId)
  realm.evidence.delete(credentialId)
  for (const [tokenHash, session] of realm.sessions) {
    if (session.credentialId === credentialId && tokenHash !== keepSession) realm.sessions.delete(tokenHash)
  }
  for (const family of realm.families.values()) {
    if (family.credentialId === credentialId && family.revokedAt === null) {
      realm.families.set(family.id, { ...family, revokedAt: now })
    }
  }
}

function hasExpired(expiresAt: EpochSeconds | null, { now }: { readonly now: EpochSeconds }): boolean {
  return expiresAt !== null && expiresAt <= now
}

function isAppAttestKeyUsed({ credentials }: Realm, { appAttestKey }: CredentialRecord): boolean {
  if (appAttestKey === null) return false
  return [...credentials.values()].some((held) => held.appAttestKey === appAttestKey)
}

export function startSession(realm: Realm, input: StartSession): Verdict<void> {
  addSession(realm, input.session)
  return effect(undefined)
}

export function endSession(realm: Realm, input: EndSession): Verdict<void> {
  realm.sessions.delete(input.tokenHash)
  return effect(undefined)
}

export function takeAttempt(realm: Realm, input: TakeAttempt): Verdict<TakeAttemptResult> {
  const taken = new Map<string, AttemptBucket>()
  let longest: (TakeAttemptResult & { readonly outcome: 'exhausted' }) | undefined
  for (const budget of input.budgets) {
    const answer = takeFromBudget(realm.buckets.get(budget.key), budget, input.now)
    if (answer.outcome === 'taken') taken.set(budget.key, answer.bucket)
    else if (answer.retryAfter > (longest?.retryAfter ?? 0)) longest = { ...answer, key: budget.key }
  }
  if (longest !== undefined) return refusal(longest)
  for (const [key, bucket] of taken) realm.buckets.set(key, bucket)
  return effect({ outcome: 'taken' })
}

export function clearAttempts(realm: Realm, input: ClearAttempts): Verdict<void> {
  for (const key of input.keys) realm.buckets.delete(key)
  for (const key of input.refund ?? []) {
    const bucket = refundToBudget(realm.buckets.get(key))
    if (bucket === undefined) realm.buckets.delete(key)
    else realm.buckets.set(key, bucket)
  }
  return effect(undefined)
}

export function savePassword(realm: Realm, input: SavePassword): Verdict<'saved' | 'usernameTaken'> {
  const { password } = input
  const holder = realm.passwords.get(password.username)
  if (holder !== undefined && holder.account !== password.account) return refusal('usernameTaken')
  for (const [username, record] of realm.passwords) {
    if (record.account === password.account) realm.passwords.delete(username)
  }
  realm.passwords.set(password.username, { ...password })
  return effect('saved')
}

export function credentialsOf(realm: Realm, account: string): readonly CredentialRecord[] {
  return [...realm.credentials.values()].filter((credential) => credential.account === account)
}

/** A copy that shares nothing mutable, so that neither what was stored nor what was answered can be changed outside. */
export function copyOf(credential: CredentialRecord): CredentialRecord {
  return {
    ...credential,
    publicKey: Uint8Array.from(credential.publicKey),
    transports: [...credential.transports],
  }
}

function addSession(realm: Realm, session: SessionRecord): void {
  if (realm.sessions.has(session.tokenHash)) {
    throw new KeyboundError(
      'internal',
      'Unexpected token hash that is in use, expected a new one. Make tokens of 256 random bits.',
    )
  }
  realm.sessions.set(session.tokenHash, { ...session })
}

function isUsed(realm: Realm, kind: 'challenge' | 'grant', thing: SingleUse, now: number): boolean {
  return mayBeForgotten(thing.expiresAt, now) || realm.used.has(keyOf(kind, thing.hash))
}
