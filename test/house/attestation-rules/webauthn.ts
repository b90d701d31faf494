import type { HeldRule } from './rule.ts'

/** WebAuthn Level 3: both ceremonies, what they carry, and the statement formats. */
export const webauthnHeldRules: readonly HeldRule[] = [
  {
    id: 'A.3/client data',
    says: 'Strict JSON in UTF-8 with the type of the ceremony and our challenge, exactly.',
    cites: [
      'WebAuthn L3 §5.8.1',
      'WebAuthn L3 §7.1 step 7',
      'WebAuthn L3 §7.1 step 8',
      'WebAuthn L3 §7.2 step 10',
      'WebAuthn L3 §7.2 step 11',
    ],
    rows: [39, 48],
    accepts: { authentication: ['a byte order mark (48)', 'unknown members of the client data (48)'] },
    refuses: {
      authentication: [
        'type webauthn.create (39)',
        'type payment.get (39)',
        'another challenge (39)',
        'a padded challenge (39)',
        'no challenge (39)',
        'a member twice (48)',
        'invalid UTF-8 (48)',
        'an array (48)',
        'trailing text (48)',
        '1 MiB (48)',
      ],
      registration: ['type webauthn.get (39)', 'another challenge (39)'],
      serverRefusals: ['one that was used', 'live 120 seconds for a sign-in, to the second'],
    },
  },
  {
    id: 'A.3/origin',
    says: 'One of the exact origins, of pages or of native apps.',
    cites: ['WebAuthn L3 §7.1 step 9', 'WebAuthn L3 §7.2 step 12'],
    rows: [40],
    accepts: { authentication: ['a second origin', 'a native origin'] },
    refuses: {
      authentication: [
        'another origin (40)',
        'http (40)',
        'a longer domain (40)',
        'a port (40)',
        'a subdomain (40)',
        'a trailing slash (40)',
        'origins in an array (40)',
      ],
    },
  },
  {
    id: 'A.3/framing',
    says: 'A framed page only where framing is expected, and by a listed page.',
    cites: [
      'WebAuthn L3 §7.1 step 10',
      'WebAuthn L3 §7.1 step 11',
      'WebAuthn L3 §7.2 step 13',
      'WebAuthn L3 §7.2 step 14',
    ],
    rows: [41],
    accepts: { authentication: ['a page that may frame it', 'an unnamed frame where that is accepted'] },
    refuses: {
      authentication: [
        'crossOrigin (41)',
        'crossOrigin as text (41)',
        'an unlisted topOrigin (41)',
        'topOrigin without crossOrigin (41)',
      ],
    },
  },
  {
    id: 'A.3/flags',
    says: 'Relying party, presence, verification where required; backed up only what may be.',
    cites: [
      'WebAuthn L3 §7.1 step 14',
      'WebAuthn L3 §7.1 step 15',
      'WebAuthn L3 §7.1 step 16',
      'WebAuthn L3 §7.1 step 17',
      'WebAuthn L3 §7.2 step 15',
      'WebAuthn L3 §7.2 step 16',
      'WebAuthn L3 §7.2 step 17',
      'WebAuthn L3 §7.2 step 18',
    ],
    rows: [42],
    accepts: {
      registration: ['no user presence where creation is conditional', 'a backed-up credential'],
      authentication: ['no user verification where it is preferred', 'backup of a credential that allows it'],
    },
    refuses: {
      registration: ['another relying party (42)', 'UP = 0 (42)', 'UV = 0 (42)', 'BS without BE (42)'],
      authentication: ['another relying party (42)', 'UP = 0 (42)', 'UV = 0 (42)', 'BS without BE (42)'],
    },
  },
  {
    id: 'A.3/backup eligibility',
    says: 'Whether a credential may be backed up never changes.',
    cites: ['WebAuthn L3 §7.2 step 19'],
    rows: [42],
    accepts: { authentication: ['backup of a credential that allows it'] },
    refuses: { authentication: ['BE that was not registered (42)', 'BE gone since registration (42)'] },
  },
  {
    id: 'A.3/algorithm',
    says: 'An algorithm that was offered, and the key in its one form, on its curve, without private part.',
    cites: ['WebAuthn L3 §7.1 step 20', 'WebAuthn L3 §6.5.1.1', 'WebAuthn L3 §5.8.5'],
    rows: [52],
    accepts: {
      registration: ['takes algorithm $cose.algorithm where it was offered, with self attestation'],
    },
    refuses: {
      registration: [
        'RS1 (52)',
        'secp256k1 under ES256 (52)',
        'P-384 under ES256 (52)',
        'a point off the curve (52)',
        'x of 31 bytes (52)',
        'a private part (52)',
        'alg twice (52)',
      ],
      cose: ['a private part', 'a compressed point'],
      ports: ['a point off the curve is no key'],
    },
  },
  {
    id: 'A.3/attestation policy',
    says: 'A format that is allowed, by its exact name; none and self only where the policy lets them.',
    cites: ['WebAuthn L3 §7.1 step 21', 'WebAuthn L3 §7.1 step 24'],
    rows: [49],
    accepts: { webauthnTrust: ['take what proves their level'] },
    refuses: {
      registration: [
        'format "None" (49)',
        'an unknown format (49)',
        'no attestation where it is required',
        'self attestation where a trusted one is required',
      ],
    },
  },
  {
    id: 'A.3/trust anchors',
    says: 'Certificates lead to a configured root by names, signatures, roles and dates.',
    cites: [
      'RFC 5280 §4.2',
      'RFC 5280 §6.1.3 (a)(1)',
      'RFC 5280 §6.1.3 (a)(2)',
      'RFC 5280 §6.1.3 (a)(4)',
      'RFC 5280 §6.1.4 (k)',
      'RFC 5280 §6.1.4 (l)',
      'RFC 5280 §6.1.4 (n)',
    ],
    accepts: { webauthnTrust: ['without its root', 'to a leaf that is configured itself'] },
    refuses: {
      webauthnTrust: [
        'a root with the right name and another key',
        'a leaf signed by another key',
        'an issuer that is no CA',
        'a leaf that ended',
        'more issuers than an issuer allows',
        'test roots without testOnly',
      ],
    },
  },
  {
    id: 'A.3/metadata',
    says: 'FIDO metadata, given as data: the model’s roots, what it proves, and reports of compromise.',
    cites: ['FIDO Metadata Service 3.1 §3.1.4', 'FIDO Metadata Service 3.1 §3.1.1'],
    accepts: { webauthnTrust: ['the roots of the model count, and its biometric-only hardware is level L2'] },
    refuses: {
      webauthnTrust: ['a report %s refuses under every policy', 'the roots of the model count and no others'],
    },
  },
  {
    id: 'A.3/credential id',
    says: 'One to 1,023 bytes, the one that was attested, and nobody’s yet.',
    cites: ['WebAuthn L3 §7.1 step 25', 'WebAuthn L3 §7.1 step 27', 'WebAuthn L3 §5.1'],
    rows: [47, 51],
    accepts: { registration: ['a credential id of 1,023 bytes', 'a credential id of one byte'] },
    refuses: {
      registration: [
        'a credential id of 1,024 bytes (51)',
        'an empty credential id (51)',
        'an id other than the attested one (51)',
      ],
      serverRefusals: ['a credential id that is registered already'],
    },
  },
  {
    id: 'A.3/whose credential',
    says: 'Offered, stored, and of the account that the user handle names.',
    cites: ['WebAuthn L3 §7.2 step 5', 'WebAuthn L3 §7.2 step 6'],
    rows: [47],
    accepts: { authentication: ['the right user handle', 'the right user handle, no credential named'] },
    refuses: {
      authentication: [
        'a credential that was not offered (47)',
        'another credential than the stored one (47)',
        'id other than rawId (47)',
        'the user handle of another account (47)',
        'no user handle where no credential was named (47)',
      ],
    },
  },
  {
    id: 'A.3/signature',
    says: 'By the stored key over authenticator data and hash, in strict DER; high s is as good as low.',
    cites: ['WebAuthn L3 §7.2 step 21'],
    rows: [45, 46],
    accepts: { authentication: ['a high s (46)', 'a low s'] },
    refuses: {
      authentication: [
        'another key (45)',
        'a signature over the hash alone (45)',
        'r ‖ s (45)',
        'no signature (45)',
        'a byte after the signature (45)',
        'a BER length (45)',
        'r = s = 0 (45)',
        'r + n (45)',
      ],
    },
  },
  {
    id: 'A.3/counter',
    says: 'A counter that counts must rise, unsigned.',
    cites: ['WebAuthn L3 §7.2 step 22'],
    rows: [43],
    accepts: {
      authentication: [
        'a counter that stays zero (43)',
        'a counter above 2^31 (43)',
        'a replayed counter where it is reported',
      ],
    },
    refuses: {
      authentication: ['an equal counter (43)', 'a lower counter (43)', 'zero after nonzero (43)'],
    },
  },
  {
    id: 'A.3/authenticator data',
    says: 'Every byte is accounted for by the flags.',
    cites: ['WebAuthn L3 §6.1', 'WebAuthn L3 §6.3.3'],
    rows: [44],
    accepts: {
      authentication: ['unsolicited extension outputs', 'reserved flags'],
      webauthnReaders: ['reads each flag from its own bit'],
    },
    refuses: {
      authentication: [
        '36 bytes (44)',
        'a trailing byte (44)',
        'ED without data (44)',
        'data without ED (44)',
        'an extension twice (44)',
      ],
      registration: ['attested credential data cut off (44)', 'no attested credential (44)'],
    },
  },
  {
    id: 'A.3/attestation object',
    says: 'One strict CBOR map of three members, read in bounded memory.',
    cites: ['WebAuthn L3 §6.5.4'],
    rows: [50],
    accepts: { registration: ['members of the attestation object in any order'] },
    refuses: {
      registration: [
        'a byte after the attestation object (50)',
        'fmt twice (50)',
        'authData twice (50)',
        'an indefinite map (50)',
        'a truncated map (50)',
        '5,000 nested arrays (50)',
        '4 GiB claimed (50)',
        '"__proto__" as a member (50)',
      ],
    },
  },
  {
    id: 'A.3/extensions',
    says: 'Unsolicited outputs are let through; credProtect is judged where asked.',
    cites: ['WebAuthn L3 §7.1 step 28; CTAP 2.2 §12.1'],
    accepts: { registration: ['unsolicited extension outputs', 'credProtect where the policy asks for it'] },
    refuses: {
      registration: ['no credProtect where the policy asks for it', 'credProtect below the policy'],
    },
  },
  {
    id: 'A.3/packed',
    says: 'Signed by a certified attestation key, or by the credential’s own; no third way.',
    cites: ['WebAuthn L3 §8.2', 'WebAuthn L3 §8.2.1'],
    rows: [53],
    accepts: { statements: ['a certified key proves hardware', 'a certificate of the model itself'] },
    refuses: {
      statements: ['an empty x5c (53)', 'another unit', 'a CA as leaf', 'a critical model extension'],
      registration: [
        'packed self with another alg (53)',
        'packed self by another key (53)',
        'packed with an empty x5c (53)',
      ],
    },
  },
  {
    id: 'A.3/tpm',
    says: 'A TPM’s attestation key certifies the credential key, in the structures of the TPM library.',
    cites: ['WebAuthn L3 §8.3', 'WebAuthn L3 §8.3.1', 'TPM 2.0 Part 2'],
    accepts: {
      statements: [
        'proves hardware for an elliptic key',
        'proves hardware for an RSA key, certified with RS256',
      ],
    },
    refuses: {
      statements: [
        'version 1.2',
        'the public area of another key',
        'another magic',
        'another type',
        'extraData over another response',
        'the name of another key',
        'a subject',
        'no purpose',
        'no manufacturer',
      ],
    },
  },
  {
    id: 'A.3/android-key',
    says: 'The leaf’s key is the credential’s and signed; then every rule of Android key attestation.',
    cites: ['WebAuthn L3 §8.4'],
    accepts: {
      statements: ['a native origin must be that of the attested app'],
      webauthnTrust: ['what satisfies it has its level, and says that test trust was behind it'],
    },
    refuses: {
      statements: [
        'another challenge',
        'an imported key',
        'a key that does not sign',
        'a key of all applications',
      ],
      webauthnTrust: ['what does not is refused with the code of its rule, whatever attestation says'],
    },
  },
  {
    id: 'A.3/android-safetynet',
    says: 'Deprecated: verified only when asked for, and no proof of hardware.',
    cites: ['WebAuthn L3 §8.5'],
    accepts: { safetyNet: ['is verified only when asked for, and proves no hardware'] },
    refuses: { safetyNet: ['is verified only when asked for, and proves no hardware', 'another host'] },
  },
  {
    id: 'A.3/apple',
    says: 'Apple certified the credential key with a nonce over this response.',
    cites: ['WebAuthn L3 §8.8'],
    accepts: { statements: ['proves hardware, with alg or without'] },
    refuses: {
      statements: [
        'a nonce over another response',
        'no nonce extension',
        'a certified key that is not the credential key',
      ],
    },
  },
  {
    id: 'A.3/fido-u2f',
    says: 'One certificate on P-256, ES256, and the message of U2F.',
    cites: ['WebAuthn L3 §8.6', 'CTAP 2.2 §7.1.4'],
    rows: [53],
    accepts: { statements: ['proves hardware; the model it names is not signed, so it is not told'] },
    refuses: {
      statements: [
        'two certificates',
        'a certified key on another curve',
        'a signature over another credential key',
      ],
    },
  },
  {
    id: 'A.3/none',
    says: 'An empty statement.',
    cites: ['WebAuthn L3 §8.7'],
    rows: [49],
    accepts: { registration: ['says what was proven'] },
    refuses: { registration: ['none with a statement (49)'] },
  },
  {
    id: 'A.3/compound',
    says: 'Two or more statements over the same data, none of them compound; policy says how many must hold.',
    cites: ['WebAuthn L3 §8.9'],
    rows: [49],
    accepts: {
      registration: [
        'two statements "none" where the policy lets them',
        'compound: one right statement is enough where any will do',
      ],
      webauthnTrust: ['compound: the strongest statement counts'],
    },
    refuses: {
      registration: [
        'compound of one (49)',
        'compound inside compound (49)',
        'compound with one broken statement',
      ],
    },
  },
  {
    id: 'A.3/ML-DSA',
    says: 'Only where the runtime has it.',
    cites: ['WebAuthn L3 §5.8.5'],
    accepts: { authentication: ['ML-DSA-44'], ports: ['%s: verifies what Node signed, and nothing else'] },
    refuses: { ports: ['%s: refuses keys of any other kind'] },
  },
]
