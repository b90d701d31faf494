import { createECDH, type ECDH } from 'node:crypto'
import {
  KeyboundError,
  type RecoveryAnswer,
  type RecoveryPublicKeyAnswer,
  type RecoveryRequest,
} from '@keybound/protocol'
import { isOpenCredential } from '../credentials/require-open.ts'
import { sessionCredential } from '../credentials/session-credential.ts'
import { isAtLeast } from '../evidence/levels.ts'
import type { ServerContext } from '../internal/context.ts'
import type { ServerPolicy } from '../policy/policy.ts'
import type { SessionRecord } from '../store/contract.ts'
import { activeKey } from '../ticket/tickets.ts'
import { isSignedLately } from '../transactions/step-up.ts'
import { rewrapKey } from './rewrap-key.ts'

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
 * Releases data keys that were wrapped to the account's recovery key, to a device that is registered and signed in lately:
 * never to a session that a password opened. The recovery key stays here: they are wrapped anew to the vault of that
 * device. Refuses with `step_up_required`, `recovery_refused`, `public_key_invalid`.
 */
export async function releaseKeys(
  context: ServerContext,
  { level, maxAge }: RecoveryPolicy,
  session: SessionRecord,
  family: string | undefined,
  { publicKey, keys }: RecoveryRequest,
): Promise<RecoveryAnswer> {
  if (!isSignedLately(session, context.now(), maxAge)) throw stepUpRequired(maxAge)
  const credentialId = await sessionCredential(context, session, family)
  const credential =
    credentialId === null ? undefined : await context.store.findCredential(context.realm, credentialId)
  if (
    credential === undefined ||
    !isOpenCredential(context, credential) ||
    !isAtLeast(credential.level, level)
  ) {
    throw recoveryRefused(level)
  }
  const recovery = new Map<string, ECDH>()
  for (const { kid } of await context.keys.list('recovery')) {
    if (keys.some((key) => key.kid === kid)) recovery.set(kid, await deriveKey(context, kid, session.account))
  }
  const released = keys.map((key) => rewrapKey(recovery.get(key.kid), key, publicKey))
  context.emit({
    type: 'recovery.released',
    account: session.account,
    credentialId: credential.id,
    keys: released.filter((key) => key !== null).length,
  })
  return { keys: released }
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
