import type { ApprovalAnswer, CredentialDescriptorJSON, TransactionAnswer } from '@keybound/protocol'
import { listOf, matching, oneOf, optional, shape, text, whole } from '../read.ts'
import { id, levels, timeout, userVerification } from '../transport/answers.ts'

const credential = shape<CredentialDescriptorJSON>({
  type: oneOf('public-key'),
  id,
  transports: optional(listOf(text)),
})

/** 32 bytes. */
const nonce = matching(/^[\w-]{43}$/)

/** Answer of `GET transactions/{id}`. */
export const transactionAnswer = shape<TransactionAnswer>({
  id: text,
  status: oneOf('open', 'approved', 'expired'),
  realm: text,
  account: text,
  statement: text,
  nonce,
  expiresAt: whole,
  level: oneOf(...levels),
  stepUp: oneOf(true, false),
  // What the client does not look at goes to the authenticator as it came, but never a challenge.
  options: shape<TransactionAnswer['options']>({
    rpId: text,
    timeout,
    allowCredentials: listOf(credential),
    userVerification,
  }),
  receipt: optional(text),
})

/** Answer of an approval. */
export const approvalAnswer = shape<ApprovalAnswer>({ receipt: text })
