import { encodeBase64Url, KeyboundError } from '@keybound/protocol'
import {
  parseStatement,
  renderStatement,
  type Statement,
  transactionChallenge,
} from '@keybound/protocol/transactions'
import { defaultCrypto } from '#default-crypto'
import type { CryptoPort } from '../crypto/port.ts'
import { AttestationError } from '../errors.ts'
import { verifyAuthentication } from '../webauthn/verify-authentication.ts'
import { readEvidence } from './read-evidence.ts'
import { type AnyReceiptPayload, readReceipt } from './read-receipt.ts'
import { requireEndorsed, requireSignedBy, requireTrusted } from './receipt-keys.ts'
import { malformed, readBytes, time } from './shape.ts'
import type { VerifiedReceipt, VerifyReceiptOptions } from './types.ts'

/**
 * Verifies a receipt with nothing but itself and a key you trust: no network, no clock, no server. Everything that was
 * signed is verified again: by the server (and every rotation of its key since one of yours), and by the user's key
 * over exactly the statement that is given back.
 *
 * What stays a matter of trust: that the server told the truth about the key (whose it is, its level) and the time,
 * and that the user saw on an honest screen what was signed. The evidence of the key is read and is of the key that
 * signed, but not judged here: `judgeReceiptEvidence` of `@keybound/attestation/receipt/evidence` does that.
 *
 * Refuses with `AttestationError`: `receipt_malformed`, `receipt_untrusted`, `receipt_signature_invalid`.
 */
export async function verifyReceipt(options: VerifyReceiptOptions): Promise<VerifiedReceipt> {
  const { keys, crypto = defaultCrypto } = options
  const { payload, signed, signature } = readReceipt(options.receipt)
  const signedBy = requireTrusted(payload.keys, keys)
  await requireEndorsed(crypto, payload.keys)
  const last = payload.keys.at(-1)
  if (last !== undefined) await requireSignedBy(crypto, last, signature, signed, 'receipt')
  const statement = readStatement(payload)
  await requireApproved(payload, crypto)
  const evidence = readEvidence(payload)
  const { version, realm, account, approvedAt, origin, rpId, credential } = payload
  const { publicKey, ...known } = credential
  return {
    version,
    statement,
    shown: renderStatement(statement),
    realm,
    account,
    approvedAt,
    origin,
    rpId,
    credential: { ...known, publicKey: readBytes(publicKey, 'public key') },
    evidence,
    signedBy,
  }
}

function readStatement({ statement, approvedAt }: AnyReceiptPayload): Statement {
  let read: Statement
  try {
    read = parseStatement(statement)
  } catch (cause) {
    throw malformed('statement', 'statement', 'one in its canonical form', cause)
  }
  time(read.expiresAt, 'expiresAt')
  if (approvedAt < read.expiresAt) return read
  throw malformed('statement', 'time of the approval', 'one before the statement expired')
}

/** The user's signature over the challenge that follows from realm, account, nonce and statement (WebAuthn L3 §7.2). */
async function requireApproved(payload: AnyReceiptPayload, crypto: CryptoPort): Promise<void> {
  const { realm, account, statement, credential, response, origin, rpId } = payload
  const nonce = readBytes(payload.nonce, 'nonce')
  const id = readBytes(credential.id, 'credential id')
  const publicKey = readBytes(credential.publicKey, 'public key')
  try {
    const challenge = await transactionChallenge({ realm, account, nonce, statement }, (bytes) =>
      crypto.sha256(bytes),
    )
    await verifyAuthentication({
      response: {
        id: credential.id,
        rawId: credential.id,
        type: 'public-key',
        response,
        clientExtensionResults: {},
      },
      expected: {
        challenge: encodeBase64Url(challenge),
        origins: [origin],
        rpId,
        userVerification: 'required',
        signCount: 'report',
        allowCredentials: [id],
      },
      // The user handle is not part of a receipt: the account is in the challenge.
      credential: {
        id,
        publicKey,
        signCount: 0,
        backupEligible: credential.backupEligible,
        userHandle: new Uint8Array(),
      },
      crypto,
    })
  } catch (cause) {
    if (!(cause instanceof KeyboundError)) throw cause
    throw new AttestationError(
      'receipt_signature_invalid',
      cause.rule ?? 'WebAuthn L3 §7.2',
      `Unexpected approval, expected the user's signature over this statement. ${cause.message}`,
      { cause },
    )
  }
}
