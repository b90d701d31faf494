import { KeyboundError, type PasswordSignInRequest, type SignInAnswer } from '@keybound/protocol'
import { issueDeviceToken, recogniseDevice } from '../device/device.ts'
import { issueGrant } from '../grant/grant.ts'
import { newOperationId, type ServerContext } from '../internal/context.ts'
import { newSession } from '../sessions/sessions.ts'
import type { PasswordRecord } from '../store/contract.ts'
import { type Attempt, clearAttempts, Throttled, takeAttempt } from '../throttle/throttle.ts'
import type { PasswordHasher } from './hasher.ts'
import type { BoundedQueue, Place } from './queue.ts'
import { normaliseUsername } from './username.ts'

/** The password module of a server. */
export interface Passwords {
  readonly hasher: PasswordHasher
  readonly queue: BoundedQueue
  readonly minLength: number
}

/**
 * The primary sign-in. In this order: a place in the queue, the budgets, the hash, the effect. So an overload burns
 * no tries, a refused try costs no hash, and a wrong password and an unknown user take the same path.
 */
export async function signInWithPassword(
  context: ServerContext,
  passwords: Passwords,
  request: PasswordSignInRequest,
  clientAddress: string,
): Promise<SignInAnswer> {
  const place = passwords.queue.enter()
  let found: PasswordRecord | undefined
  try {
    const username = normaliseUsername(request.username) ?? ''
    found = username === '' ? undefined : await context.store.findPassword(context.realm, username)
    const device = found && (await recogniseDevice(context, found.account, request.deviceToken))
    const attempt: Attempt = { username, device, clientAddress }
    await takeAttempt(context, attempt)
    const record = await checkPassword(context, passwords, place, request.password, found)
    await clearAttempts(context, attempt)
    const answer = await startSession(context, record, device)
    context.emit({ type: 'password.accepted', account: record.account, clientAddress })
    return answer
  } catch (error) {
    reportRefusal(context, error, found, clientAddress)
    throw error
  } finally {
    place.leave()
  }
}

async function checkPassword(
  context: ServerContext,
  { hasher }: Passwords,
  place: Place,
  password: string,
  record: PasswordRecord | undefined,
): Promise<PasswordRecord> {
  await place.turn()
  const { right, outdated } = await hasher.verify(password, record?.passwordHash)
  if (record === undefined || !right) {
    throw new KeyboundError(
      'password_wrong',
      'Unexpected username or password, expected a matching pair. Check both.',
    )
  }
  if (outdated) {
    const { realm, store, now } = context
    const renewed = { ...record, passwordHash: await hasher.hash(password) }
    await store.savePassword({ realm, operationId: newOperationId(context), now: now(), password: renewed })
  }
  return record
}

async function startSession(
  context: ServerContext,
  { account, username, displayName }: PasswordRecord,
  device: Parameters<typeof issueDeviceToken>[2],
): Promise<SignInAnswer> {
  const session = newSession(context, account, 'pwd', null)
  const { realm, store, now } = context
  await store.startSession({
    realm,
    operationId: newOperationId(context),
    now: now(),
    session: session.record,
  })
  return {
    session: session.json,
    registrationGrant: await issueGrant(context, session.record, { name: username, displayName }),
    deviceToken: await issueDeviceToken(context, account, device),
  }
}

function reportRefusal(
  context: ServerContext,
  error: unknown,
  found: PasswordRecord | undefined,
  clientAddress: string,
): void {
  if (!(error instanceof KeyboundError)) return
  context.emit({
    type: 'password.refused',
    code: error.code,
    clientAddress,
    ...(found === undefined ? {} : { account: found.account }),
    ...(error instanceof Throttled ? { budget: error.budget } : {}),
  })
}
