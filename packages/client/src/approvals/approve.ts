import { type AuthenticationResponseJSON, encodeBase64Url } from '@keybound/protocol'
import { encodeStatement } from '@keybound/protocol/transactions'
import type { Call } from '../calls/calls.ts'
import { type ClientContext, refuseUnregistered } from '../context.ts'
import { storageLimit } from '../device/device-records.ts'
import { codeOf, failure } from '../failures.ts'
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
  const known = kept.signed?.challenge === challenge ? kept.signed : undefined
  const signed = known ?? { challenge, response: await sign(context, call, asked, challenge) }
  const sent = call.whole(() => sendApproval(context, call, kept, asked, signed))
  return sent.catch((error: unknown) => {
    // The key has signed since, and the server has seen its counter. That signature is dropped, and no touch asked for yet.
    if (known && codeOf(error) === 'sign_count_replayed') return approve(context, call, kept, transaction)
    throw error
  })
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
    throw codeOf(error) === 'prompt_refused' ? refused({ cause: error }) : error
  }
}

/** Without a word of passwords: none stands in for the key here. */
const refused = failure(
  'prompt_refused',
  'The prompt was cancelled, timed out, or did not recognise you. Nothing was approved; try again.',
)

const expired = failure(
  'transaction_expired',
  'This was not approved in time, nothing happened; create it again and approve it within five minutes.',
)

const stepUpRequired = failure(
  'step_up_required',
  'This needs a sign-in with biometrics of the last minutes; sign in with biometrics, then approve.',
)
