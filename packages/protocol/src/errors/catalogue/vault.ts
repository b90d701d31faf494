import type { CatalogueEntry } from '../entry.ts'

/** Codes of the vault, the sealed secrets of a device. Raised there; no server sends them. No error deletes a secret. */
export const vaultErrors = {
  vault_locked: {
    status: 0,
    title: 'Vault locked',
    happened: 'The call needs what only a touch opens, and the app is locked.',
    whatToDo: 'Unlock first.',
  },
  vault_unavailable: {
    status: 0,
    title: 'No vault here',
    happened:
      'This device holds no vault of the account: it can seal nothing, or its key was never asked for one.',
    whatToDo:
      'Unlock or sign in with biometrics once; availability() says whether this device can seal at all.',
  },
  unlock_key_missing: {
    status: 0,
    title: 'Key of the vault not given',
    happened: 'The credential signed, but did not give the output that opens the vault, as it did before.',
    whatToDo: 'Use the browser and the authenticator the vault was made with; the secrets are still there.',
  },
  vault_key_missing: {
    status: 0,
    title: 'Key of the vault gone',
    happened: 'The proof key that belongs to the vault is no longer on this device.',
    whatToDo:
      'Sign in with the password and turn biometrics on anew; what was sealed is kept but not opened.',
  },
  vault_wrong_key: {
    status: 0,
    title: 'Another key',
    happened: 'The vault, or one secret of it, was sealed to another key than the one that is here.',
    whatToDo: 'Use the credential the vault was made with; if it is gone, turn biometrics on anew.',
  },
  vault_swapped: {
    status: 0,
    title: 'Secret swapped',
    happened: 'Where the secret lay is another secret of the same vault.',
    whatToDo: 'Treat the storage as tampered with: restore the secret from where it came.',
  },
  vault_rolled_back: {
    status: 0,
    title: 'Vault rolled back',
    happened: 'An older state of the vault, or of one secret, lies where a newer one had been.',
    whatToDo: 'Treat the storage as tampered with or restored from a copy: fetch the secret anew.',
  },
  vault_corrupted: {
    status: 0,
    title: 'Vault damaged',
    happened: 'What is stored of the vault, or of one secret, is missing or not what was written.',
    whatToDo:
      'Fetch the secret anew; nothing was deleted, so that a copy of the storage can still be examined.',
  },
  vault_other_account: {
    status: 0,
    title: 'Secret of another account',
    happened: 'Where the secret lay is one of another account or of another server.',
    whatToDo: 'Treat the storage as tampered with: restore the secret from where it came.',
  },
  vault_format_newer: {
    status: 0,
    title: 'Vault of a newer version',
    happened: 'A newer version of the app wrote the vault, in a format this one does not know.',
    whatToDo: 'Update the app; nothing was changed.',
  },
  secret_unknown: {
    status: 0,
    title: 'No such secret',
    happened: 'The vault holds no secret of this name.',
    whatToDo: 'Ask list() for the names, or set the secret first.',
  },
  secret_invalid: {
    status: 0,
    title: 'Secret refused',
    happened:
      'The vault does not take this name or this size, or a secret that is in escrow and takes a prompt each time.',
    whatToDo:
      'Begin the name with a letter, go on with a-z 0-9 . _ - (64 in all), not with “keybound.”; at most 16 MiB; with everyTime no escrow, which opens without the prompt.',
  },
} as const satisfies Record<string, CatalogueEntry>
