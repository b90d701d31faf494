import type { CatalogueEntry } from '../entry.ts'

/** Codes of Apple App Attest evidence: each names the part of Apple's validation that refused it. */
export const appleErrors = {
  app_attest_malformed: {
    status: 400,
    title: 'App Attest object malformed',
    happened:
      'The App Attest attestation or assertion does not follow its layout exactly; the detail names the part.',
    whatToDo: 'Send the bytes DCAppAttestService gave, unchanged.',
  },
  app_attest_nonce_mismatch: {
    status: 403,
    title: 'App Attest nonce mismatch',
    happened: 'Apple certified other authenticator data or other client data than the ones that were sent.',
    whatToDo: 'Attest over the hash of the client data that is sent, holding the challenge issued last.',
  },
  app_attest_key_mismatch: {
    status: 403,
    title: 'App Attest key mismatch',
    happened:
      'Key id, credential id, credential public key and certified public key are not all of the same key.',
    whatToDo: 'Send the key id generateKey gave together with the attestation of that very key.',
  },
  app_attest_environment_forbidden: {
    status: 403,
    title: 'App Attest environment not allowed',
    happened: 'The key was attested in another App Attest environment than the policy allows.',
    whatToDo:
      'Install the app from a store build; developers: allow the development environment on a test server only.',
  },
  app_attest_counter_invalid: {
    status: 401,
    title: 'App Attest counter invalid',
    happened: 'The counter of an attestation is not zero, or that of an assertion did not rise.',
    whatToDo: 'Make a new assertion; if it stays, make and attest a new key.',
  },
  app_attest_build_forbidden: {
    status: 403,
    title: 'App build not allowed',
    happened:
      'The way this copy of the app was signed and distributed, or its version, is not one the policy allows.',
    whatToDo:
      'Install the current version from the store; developers: see validationCategories and bundleVersions.',
  },
  app_attest_mac_not_secured: {
    status: 403,
    title: 'Mac not secured',
    happened:
      'The attestation does not prove that the Mac runs with System Integrity Protection and Full Security.',
    whatToDo: 'Turn both on in recovery mode and attest a new key.',
  },
} as const satisfies Record<string, CatalogueEntry>
