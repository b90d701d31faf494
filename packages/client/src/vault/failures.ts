import { failure } from '../failures.ts'

/** There is none. */
export const unavailable = failure(
  'vault_unavailable',
  'There is no vault of this account on this device; unlock or sign in with biometrics once.',
)

/** It is not open. */
export const locked = failure('vault_locked', 'The vault is locked; unlock it first.')

/** What is stored is not what was written. */
export const corrupted = failure(
  'vault_corrupted',
  'Unexpected bytes in the vault, expected what was written there. Fetch the secret anew.',
)

/** Sealed to another key than the one at hand. */
export const wrongKey = failure(
  'vault_wrong_key',
  'Unexpected key of the vault, expected the one it was made with. Use the credential the vault was made with.',
)

/** The proof key, which signs its list, is gone. */
export const keyMissing = failure(
  'vault_key_missing',
  'Unexpected absence of the proof key of the vault, expected the one it was made with. Turn biometrics on anew.',
)

/** What lies there is of another vault. */
export const otherAccount = failure(
  'vault_other_account',
  'Unexpected account or server of the vault, expected those of this one. Treat the storage as tampered with.',
)

/** What lies there was there before. */
export const rolledBack = failure(
  'vault_rolled_back',
  'Unexpected older state of the vault, expected the newest. Treat the storage as tampered with.',
)

/** One secret lies where another belongs. */
export const swapped = failure(
  'vault_swapped',
  'Unexpected secret of another name, expected the one asked for. Treat the storage as tampered with.',
)
