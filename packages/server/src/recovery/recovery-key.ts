import { createECDH, type ECDH } from 'node:crypto'
import { KeyboundError, type RecoveryKeyAnswer, type RecoveryPublicKeyAnswer } from '@keybound/protocol'
import { sessionCredential } from '../credentials/session-credential.ts'
import { isAtLeast } from '../evidence/levels.ts'
import type { ServerContext } from '../internal/context.ts'
import type { ServerPolicy } from '../policy/policy.ts'
import type { CredentialRecord, SessionRecord } from '../store/contract.ts'
import { activeKey } from '../ticket/tickets.ts'
import { isSignedLately } from '../transactions/step-up.ts'

/** The policy of a server that has recovery keys. */
export type RecoveryPolicy = NonNullable<ServerPolicy['recovery']>

/** Public half of the account's recovery key: what boxes are wrapped to. */
export async function recoveryPublicKey(
  context: ServerContext,
  { account }: SessionRecord,
): Promise<RecoveryPublicKeyAnswer> {
  const { kid } = activeKey(await context.keys.list('recovery'), context.now())
  return { kid, publicKey: (await deriveKey(context, kid, account)).getPublicKey('base64url') }
}

/**
 * Releases the account's recovery key to a device that is registered and signed in lately: never to a session that a
 * password opened. Refuses with `step_up_required`, `recovery_refused`, `invalid_request`.
 */
export async function releaseRecoveryKey(
  context: ServerContext,
  { level, maxAge }: RecoveryPolicy,
  session: SessionRecord,
  family: string | undefined,
  kid: string,
): Promise<RecoveryKeyAnswer> {
  if (!isSignedLately(session, context.now(), maxAge)) throw stepUpRequired(maxAge)
  const credentialId = await sessionCredential(context, session, family)
  const credential =
    credentialId === null ? undefined : await context.store.findCredential(context.realm, credentialId)
  if (credential === undefined || !isOpen(context, credential) || !isAtLeast(credential.level, level)) {
    throw recoveryRefused(level)
  }
  const known = (await context.keys.list('recovery')).some((key) => key.kid === kid)
  if (!known) throw unknownKey()
  const key = await deriveKey(context, kid, session.account)
  context.emit({ type: 'recovery.released', account: session.account, credentialId: credential.id })
  return { kid, publicKey: key.getPublicKey('base64url'), privateKey: key.getPrivateKey('base64url') }
}

function isOpen({ now }: ServerContext, { suspendedBy, expiresAt }: CredentialRecord): boolean {
  return suspendedBy === null && (expiresAt === null || expiresAt > now())
}

/**
 * The P-256 key of an account, made from the server's MAC key each time, so that nothing of it is at rest: the first of the
 * candidates MAC("keybound/recovery/v1" ‖ 0 ‖ realm ‖ 0 ‖ account ‖ 0 ‖ n), n = 0, 1, …, that is a scalar of the curve
 * (FIPS 186-5 §A.2.2). The first nearly always is.
 */
async function deriveKey({ keys, realm }: ServerContext, kid: string, account: string): Promise<ECDH> {
  const key = createECDH('prime256v1')
  for (let n = 0; n < 256; n++) {
    const candidate = await keys.mac(kid, Buffer.from(`keybound/recovery/v1\0${realm}\0${account}\0${n}`))
    try {
      key.setPrivateKey(Buffer.from(candidate))
      return key
    } catch {
      // Zero, or not below the order of the curve: the next one.
    }
  }
  throw new KeyboundError('key_unavailable', 'Unexpected MACs of the key provider, expected uniform ones.')
}

function stepUpRequired(maxAge: number): KeyboundError {
  return new KeyboundError(
    'step_up_required',
    `Unexpected session, expected one that a key opened in the last ${maxAge} s. Sign in with the key and ask again.`,
    { rule: 'RFC 9470 §3' },
  )
}

function recoveryRefused(level: string): KeyboundError {
  return new KeyboundError(
    'recovery_refused',
    `Unexpected device, expected one registered at ${level} or above that is open. Register it anew.`,
  )
}

function unknownKey(): KeyboundError {
  return new KeyboundError(
    'invalid_request',
    'Unexpected kid, expected one that this server gave. Send the kid kept beside what was wrapped.',
  )
}
