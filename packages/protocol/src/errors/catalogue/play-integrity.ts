import type { CatalogueEntry } from '../entry.ts'

/** Codes of Play Integrity verdict tokens. */
export const playIntegrityErrors = {
  play_integrity_malformed: {
    status: 400,
    title: 'Integrity token malformed',
    happened: 'The token is not an encrypted, signed Play Integrity verdict in its strict form.',
    whatToDo: 'Send the token of a classic request unchanged.',
  },
  play_integrity_untrusted: {
    status: 403,
    title: 'Integrity token not from Google Play',
    happened:
      'The token was not encrypted and signed with the keys of this app, or is a response made for tests.',
    whatToDo: 'Check that both keys in the options are those of this app in the Play Console.',
  },
  play_integrity_request_mismatch: {
    status: 403,
    title: 'Integrity token of another request',
    happened: 'The token was made for another nonce or app, or too long ago.',
    whatToDo: 'Request a new token for the nonce that was issued last and send it at once.',
  },
  play_integrity_insufficient: {
    status: 403,
    title: 'Integrity below the policy',
    happened: 'Google Play does not vouch for the app, the device or the account as the policy wants.',
    whatToDo: 'Install the app from Google Play on a certified device with a locked bootloader.',
  },
} as const satisfies Record<string, CatalogueEntry>
