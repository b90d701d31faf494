import type { VerifiedReceipt } from '@keybound/attestation/receipt'
import type { AssuranceLevel, KeyboundError } from '@keybound/protocol'
import { evidenceLines, openOfKey } from './describe-evidence.ts'
import { isLevelItsWord, type Judgement } from './judge.ts'
import { plain, timeOf } from './words.ts'

/** What the server says of a key at each level. */
const levels: { readonly [L in AssuranceLevel]: string } = {
  W: 'a key in a browser or authenticator, without proof of hardware; the user was verified by its own word',
  L1: 'a hardware key that only an authenticated user can use',
  L2: 'an attested hardware key that a biometric unlocks for every use, bound to one device',
  R: 'L2, with the strongest proof the platform can give',
}

/** Says in words what a receipt proves and what it does not. Text of the statement holds no control characters. */
export function describeReceipt(receipt: VerifiedReceipt, judgement: Judgement): string {
  const { shown, account, realm, approvedAt, origin, credential, signedBy } = receipt
  const { id, level, format, createdAt } = credential
  const isVouchedFor = signedBy.trust !== 'none'
  const isItsWord = isLevelItsWord(receipt, judgement)
  return [
    headingOf(isVouchedFor, isItsWord, judgement),
    '',
    'What was approved',
    ...shown.text.split('\n').map((line) => `  ${line}`),
    '',
    'By whom',
    `  account ${plain(account)} of ${plain(realm)}, on ${plain(origin)}`,
    `  with the key ${plain(id)}`,
    `  registered ${timeOf(createdAt)}, ${format === 'none' ? 'without attestation' : `with attestation of format ${plain(format)}`}; ${placeOf(credential)}`,
    '',
    `At which level${isItsWord ? ', by the server’s word alone' : ''}`,
    `  ${level}: ${levels[level]}`,
    '',
    judgement.state === 'refused' ? 'Why its evidence does not prove that' : 'What its evidence proves',
    ...evidenceLines(receipt, judgement).map((line) => `  ${line}`),
    '',
    'When',
    `  ${timeOf(approvedAt)}, before it expired ${timeOf(receipt.statement.expiresAt)}`,
    '',
    'What was verified here',
    '  the user’s key signed exactly the words above, for this account and realm',
    `  ${isVouchedFor ? 'the server' : 'somebody'} signed all of this, and nothing was changed since`,
    `  ${vouching(signedBy)}`,
    '',
    'What remains a matter of trust',
    ...(isVouchedFor
      ? []
      : ['  whether the server’s key is the server’s: give its receipt keys with --keys']),
    '  that the server told the truth about whose key it is, and about the time',
    ...openOfKey(receipt, judgement).map((line) => `  that ${line}`),
    '  that the screen showed what was signed: no device proves that',
    '',
  ].join('\n')
}

function headingOf(isVouchedFor: boolean, isItsWord: boolean, { state }: Judgement): string {
  if (!isVouchedFor) return '✘ NOT VOUCHED FOR  the signatures fit together'
  if (state === 'refused') return '✘ LEVEL NOT PROVEN  the approval verifies; the level of its key does not'
  return `✔ VERIFIED  receipt of an approved transaction${isItsWord ? '; its level is the server’s word' : ''}`
}

/** Says why a receipt proves nothing. */
export function describeRefusal({ code, message, rule }: KeyboundError): string {
  return `✘ REFUSED  no receipt to rely on\n${plain(message)}\n${code} · ${rule ?? ''}\n`
}

/** Where else the key may be. What a browser says of it nobody attested. */
function placeOf({ backupEligible, level }: VerifiedReceipt['credential']): string {
  if (backupEligible) return 'may be synchronised between devices'
  return level === 'W' ? 'bound to one device by its own word' : 'bound to one device'
}

function vouching({ kid, trust, trustedKid }: VerifiedReceipt['signedBy']): string {
  if (trust === 'key') return `its key ${plain(kid)} is one you trust`
  if (trust === 'rotation') {
    return `its key ${plain(kid)} is vouched for by ${plain(trustedKid ?? '')}, which you trust: the key was rotated since`
  }
  return `nobody you trust vouches for its key ${plain(kid)}`
}
