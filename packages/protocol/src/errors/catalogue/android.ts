import type { CatalogueEntry } from '../entry.ts'

/** Codes of certificates and of Android key attestation: each names what the chain failed to prove. */
export const androidErrors = {
  certificate_malformed: {
    status: 400,
    title: 'Certificate malformed',
    happened: 'A certificate is not strict DER, or breaks a rule of X.509; the detail names it.',
    whatToDo: 'Send each certificate as the system gave it: DER, one per list entry, leaf first.',
  },
  attestation_chain_invalid: {
    status: 403,
    title: 'Attestation chain invalid',
    happened:
      'The certificates do not form one attestation chain: a name, signature, role or extension does not fit.',
    whatToDo: 'Send the chain of the key store unchanged, leaf first.',
  },
  attestation_chain_expired: {
    status: 403,
    title: 'Attestation chain out of date',
    happened: 'A certificate of the chain was not valid when the attestation was made.',
    whatToDo:
      'Connect the device to the internet, so that it fetches new attestation keys, and make a new key.',
  },
  attestation_provisioning_refused: {
    status: 403,
    title: 'Attestation keys from the factory',
    happened:
      'The attestation keys were put in at the factory, and the policy wants remotely provisioned ones.',
    whatToDo: 'Use a newer device, or lower the policy on purpose.',
  },
  attestation_revoked: {
    status: 403,
    title: 'Attestation revoked',
    happened: 'A certificate of the chain is on the status list: its key leaked or the device is flawed.',
    whatToDo: 'Install the system updates of the device; if it stays, use another device.',
  },
  attestation_status_unavailable: {
    status: 502,
    title: 'Revocation status unavailable',
    happened: 'There is no revocation list that is young enough, so no chain can be trusted now.',
    whatToDo: 'Try again later; operators: let the server reach the status list.',
  },
  attestation_challenge_mismatch: {
    status: 403,
    title: 'Key made for another challenge',
    happened: 'The key was attested with another challenge than the expected one.',
    whatToDo: 'Make a new key with the challenge that was issued last.',
  },
  attestation_version_refused: {
    status: 403,
    title: 'Attestation version refused',
    happened: 'The attestation is of a version the policy does not accept.',
    whatToDo: 'Install the system updates of the device, or lower the policy on purpose.',
  },
  key_description_malformed: {
    status: 400,
    title: 'Key description malformed',
    happened: 'The attestation extension does not follow its layout; the detail names the field.',
    whatToDo: 'Send the chain of the key store unchanged; a field of a newer system needs a newer verifier.',
  },
  key_description_misplaced: {
    status: 403,
    title: 'Key description misplaced',
    happened:
      'The attestation extension is missing from the key’s own certificate, or stands in another one.',
    whatToDo: 'Make the key with an attestation challenge and send its own chain.',
  },
  key_security_level_insufficient: {
    status: 403,
    title: 'Key not in secure hardware',
    happened: 'The key does not live in hardware of the level the policy wants, or its chain says otherwise.',
    whatToDo: 'Use a device with such hardware, or lower the policy on purpose.',
  },
  boot_state_refused: {
    status: 403,
    title: 'Device state refused',
    happened: 'The device is unlocked, or does not prove that it started a system its owner has to trust.',
    whatToDo:
      'Lock the bootloader and install the maker’s system; developers: list the boot keys you accept.',
  },
  patch_level_insufficient: {
    status: 403,
    title: 'System too old',
    happened: 'The system version or a security patch level is unknown or below the policy.',
    whatToDo: 'Install the system updates of the device.',
  },
  key_origin_refused: {
    status: 403,
    title: 'Key not made in the hardware',
    happened: 'The key was imported, so a copy of it may exist elsewhere.',
    whatToDo: 'Make the key in the key store.',
  },
  key_purpose_mismatch: {
    status: 403,
    title: 'Key for another purpose',
    happened: 'The key may be used for more than its role needs, or not for its role.',
    whatToDo: 'Make one key for each role, with that purpose alone.',
  },
  key_type_mismatch: {
    status: 403,
    title: 'Key of another type',
    happened: 'Algorithm, size, curve, digest or padding of the key are not those of its role.',
    whatToDo: 'Make the key with the parameters of its role.',
  },
  key_authorization_insufficient: {
    status: 403,
    title: 'Key not bound to the biometric',
    happened: 'The key can be used without the user authentication the policy wants for every use.',
    whatToDo: 'Make the key with user authentication required, biometric only, for every use.',
  },
  app_identity_mismatch: {
    status: 403,
    title: 'Another app',
    happened: 'The key was made by another app, or by a copy signed by somebody else.',
    whatToDo: 'Use the genuine app; developers: list package name and every signing certificate digest.',
  },
} as const satisfies Record<string, CatalogueEntry>
