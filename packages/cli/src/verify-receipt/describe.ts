import type { VerifiedReceipt } from '@keybound/attestation/receipt'
import type { AssuranceLevel, KeyboundError } from '@keybound/protocol'

/** What the server says of a key at each level. */
const levels: { readonly [L in AssuranceLevel]: string } = {
  W: 'a key in a browser or authenticator, without proof of hardware; the user was verified by its own word',
  L1: 'a hardware key that only an authenticated user can use',
  L2: 'an attested hardware key that a biometric unlocks for every use, bound to one device',
  R: 'L2, with the strongest proof the platform can give',
}

/** Says in words what a receipt proves and what it does not. Text of the statement holds no control characters. */
export function describeReceipt(receipt: VerifiedReceipt): string {
  const { shown, account, realm, approvedAt, origin, credential, signedBy } = receipt
  const { id, level, format, createdAt, backupEligible } = credential
  const isVouchedFor = signedBy.trust !== 'none'
  return [
    isVouchedFor
      ? '✔ VERIFIED  receipt of an approved transaction'
      : '✘ NOT VOUCHED FOR  the signatures fit together',
    '',
    'What was approved',
    ...shown.text.split('\n').map((line) => `  ${line}`),
    '',
    'By whom',
    `  account ${plain(account)} of ${plain(realm)}, on ${plain(origin)}`,
    `  with the key ${plain(id)}`,
    `  registered ${timeOf(createdAt)} (${plain(format)}); ${backupEligible ? 'may be synced between devices' : 'bound to one device'}`,
    '',
    'At which level',
    `  ${level}: ${levels[level]}`,
    '',
    'When',
    `  ${timeOf(approvedAt)}, before it expired ${timeOf(receipt.statement.expiresAt)}`,
    '',
    'What was verified here',
    '  the user’s key signed exactly the words above, for this account and realm',
    '  the server signed all of this, and nothing was changed since',
    `  ${vouching(signedBy)}`,
    '',
    'What remains a matter of trust',
    ...(isVouchedFor
      ? []
      : ['  whether the server’s key is the server’s: give its receipt keys with --keys']),
    '  that the server told the truth about the key (whose it is, its level) and about the time',
    '  that the screen showed what was signed: no device proves that',
    '',
  ].join('\n')
}

/** Says why a receipt proves nothing. */
export function describeRefusal({ code, message, rule }: KeyboundError): string {
  return `✘ REFUSED  no receipt to rely on\n${plain(message)}\n${code} · ${rule ?? ''}\n`
}

function vouching({ kid, trust, trustedKid }: VerifiedReceipt['signedBy']): string {
  if (trust === 'key') return `its key ${plain(kid)} is one you trust`
  if (trust === 'rotation') {
    return `its key ${plain(kid)} is vouched for by ${plain(trustedKid ?? '')}, which you trust: the key was rotated since`
  }
  return `nobody you trust vouches for its key ${plain(kid)}`
}

function timeOf(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** What others wrote, on one line of a terminal: nothing that moves the cursor or turns the text. */
function plain(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?')
}
