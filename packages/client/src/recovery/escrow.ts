import type {
  Base64Url,
  EscrowedKeyJSON,
  RecoveryAnswer,
  RecoveryPublicKeyAnswer,
  WrappedKeyJSON,
} from '@keybound/protocol'
import type { Call } from '../calls/calls.ts'
import { type ClientContext, requireSession } from '../context.ts'
import { base64Url, listOf, nullable, shape } from '../read.ts'
import { answerInvalid } from '../transport/problem.ts'
import { recoveryKey } from '../vault/manifest.ts'

/** Most keys of one request. */
const most = 64

const recoveryAnswer = shape<RecoveryAnswer>({
  keys: listOf(nullable(shape<WrappedKeyJSON>({ epk: base64Url(1), wrapped: base64Url(1) }))),
})

/** The public half of the account's recovery key. Rejects `not_signed_in`, and `not_found` where the server has none. */
export function askRecoveryKey(context: ClientContext, call: Call): Promise<RecoveryPublicKeyAnswer> {
  const session = requireSession(context).token
  return context.api.exchange(call.step, ['GET', 'recovery-key'], { session, read: recoveryKey })
}

/** The data keys, wrapped to `publicKey`; null for what the server cannot open. In the order in which they were given. */
export async function release(
  context: ClientContext,
  call: Call,
  publicKey: Base64Url,
  escrowed: readonly EscrowedKeyJSON[],
): Promise<readonly (WrappedKeyJSON | null)[]> {
  const released: (WrappedKeyJSON | null)[] = []
  while (released.length < escrowed.length) {
    const keys = escrowed.slice(released.length, released.length + most)
    const session = requireSession(context).token
    const request = { session, body: { publicKey, keys }, read: recoveryAnswer }
    const answer = await context.api.exchange(call.step, ['POST', 'recovery-key'], request)
    if (answer.keys.length !== keys.length) throw answerInvalid(new Error('unexpected number of keys'))
    released.push(...answer.keys)
  }
  return released
}
