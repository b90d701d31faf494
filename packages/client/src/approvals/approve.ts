import { type AuthenticationResponseJSON, encodeBase64Url, KeyboundError } from '@keybound/protocol'
import { encodeStatement } from '@keybound/protocol/transactions'
import type { Call } from '../calls/calls.ts'
import { type ClientContext, refuseUnregistered } from '../context.ts'
import { storageLimit } from '../device/device-records.ts'
import { codeOf } from '../failures.ts'
import { challengeOf } from './challenge.ts'
import type { ApprovalResult, TransactionView } from './contract.ts'
import { reachableKeys } from './reachable-keys.ts'
import { type KeptApproval, sendApproval } from './send-approval.ts'
import { type AskedTransaction, askTransaction, transactionMismatch, viewOf } from './transaction.ts'

/**
 * Approves a transaction: one prompt, whose challenge is computed here from the statement that is shown. Everything that
 * can be refused is refused before the prompt. What was approved before gives its receipt without one.
 */
export async function approve(
  context: ClientContext,
  call: Call,
  kept: KeptApproval,
  transaction: string | TransactionView,
): Promise<ApprovalResult> {
  const shown = typeof transaction === 'string' ? undefined : transaction
  const asked = await askTransaction(context, call.step, shown?.id ?? (transaction as string))
  const { answer } = asked
  if (shown && encodeStatement(shown.statement) !== answer.statement) throw transactionMismatch()
  if (answer.receipt !== undefined) return { receipt: answer.receipt }
  if (answer.status !== 'open') throw expired()
  const compute = async () => encodeBase64Url(await challengeOf(context.platform, answer))
  const challenge = await call.step(compute, storageLimit)
  const signed =
    kept.signed?.challenge === challenge
      ? kept.signed
      : { challenge, response: await sign(context, call, asked, challenge) }
  return call.whole(() => sendApproval(context, call, kept, asked, signed))
}

/** The one prompt. */
async function sign(
  context: ClientContext,
  call: Call,
  asked: AskedTransaction,
  challenge: string,
): Promise<AuthenticationResponseJSON> {
  const { answer, session } = asked
  await context.records.refresh(call)
  const record = context.state.recordOf(session.account)
  if (answer.stepUp) throw session.acr === 'pwd' && !record ? refuseUnregistered() : stepUpRequired()
  const allowCredentials = reachableKeys(answer, record?.credentialId)
  const options = { ...answer.options, allowCredentials, challenge }
  const { realm, account, nonce, statement } = answer
  const about = { text: viewOf(asked).shown.text, realm, account, nonce, statement }
  try {
    return await call.prompt(
      (signal) => context.platform.authenticate(options, signal, about),
      options.timeout,
    )
  } catch (error) {
    throw codeOf(error) === 'prompt_refused' ? refused(error) : error
  }
}

/** Without a word of passwords: none stands in for the key here. */
function refused(cause: unknown): KeyboundError {
  return new KeyboundError(
    'prompt_refused',
    'The prompt was cancelled, timed out, or did not recognise you. Nothing was approved; try again.',
    { cause },
  )
}

function expired(): KeyboundError {
  return new KeyboundError(
    'transaction_expired',
    'This was not approved in time, so nothing happened; create it again and approve it within five minutes.',
  )
}

function stepUpRequired(): KeyboundError {
  return new KeyboundError(
    'step_up_required',
    'This needs a sign-in with biometrics of the last minutes; sign in with biometrics, then approve.',
  )
}
