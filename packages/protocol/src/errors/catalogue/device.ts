import type { CatalogueEntry } from '../entry.ts'

/** Codes about phones and devices. */
export const deviceErrors = {
  device_commitment_mismatch: {
    status: 403,
    title: 'Keys of the phone not committed to',
    happened:
      'The client data that the signing key signed do not name the sealing and the proof key that were sent with it.',
    whatToDo:
      'Make the client data for the very keys that are sent, with member keybound as docs/devices.md says.',
  },
  app_attest_key_used: {
    status: 409,
    title: 'App Attest key in use',
    happened: 'The App Attest key has vouched for another credential already.',
    whatToDo: 'Make and attest a new App Attest key for every registration.',
  },
  notice_unknown: {
    status: 404,
    title: 'Notice unknown',
    happened: 'The account has no notice of this id, or it has expired.',
    whatToDo: 'List the notices again.',
  },
  grant_insufficient: {
    status: 403,
    title: 'Password alone not enough for a new device',
    happened: 'This server wants a device of the account, or the bank itself, to vouch for a new device.',
    whatToDo:
      'Confirm on a device that is registered already, or ask the operator; send that token as grant.',
  },
  device_on_probation: {
    status: 403,
    title: 'Device on probation',
    happened: 'A device that a password alone registered lately may not vouch for another one.',
    whatToDo: 'Use an older device, or wait until the probation is over.',
  },
  recovery_refused: {
    status: 403,
    title: 'Escrowed keys not released',
    happened: 'The device that asks is registered below the level the policy wants, or no longer open.',
    whatToDo: 'Register a device that proves more, sign in with it and ask again.',
  },
  credential_expired: {
    status: 401,
    title: 'Credential of development expired',
    happened:
      'The credential was registered without proof, as a development server allows, and its 24 hours are over.',
    whatToDo: 'Register again; on a real device with a release build it does not expire.',
  },
} as const satisfies Record<string, CatalogueEntry>
