import type { HeldRule } from './rule.ts'

/** Tokens, DPoP proofs and CBOR: judged by the server and the protocol, on the same attack table. */
export const tokenHeldRules: readonly HeldRule[] = [
  {
    id: 'D/54-56',
    says: 'One algorithm, our own keys, and signatures in their one form.',
    cites: [],
    rows: [54, 55, 56],
    accepts: { accessTokens: ['the genuine one is accepted'] },
    refuses: {
      accessTokens: [
        'alg none',
        'HS256 with the public key as PEM',
        'HS256 with the trimmed PEM',
        'alg an array',
        'alg RS256',
        'attacker key in jwk',
        'attacker key behind jku',
        'attacker key behind x5u',
        'attacker key in x5c',
        'kid a path',
        'kid SQL',
        'kid __proto__',
        'signature empty',
        'signature 63 bytes',
        'signature padded',
        'two parts',
        'white space',
      ],
    },
  },
  {
    id: 'D/57-58',
    says: 'The type, the headers and the claims of an access token, within bounds.',
    cites: [],
    rows: [57, 58],
    accepts: {
      accessTokens: [
        'one of several audiences, the full media type and clocks ten seconds apart are accepted',
      ],
    },
    refuses: {
      accessTokens: [
        'typ JWT',
        'zip',
        'crit unknown',
        'b64 false',
        'exp past',
        'exp in ten years',
        'iat in the future',
        'aud other',
        '2 MiB',
      ],
    },
  },
  {
    id: 'D/59-60',
    says: 'A proof is fresh, for this request and token, by the bound key, and counts once.',
    cites: [],
    rows: [59, 60],
    accepts: { dpopProofs: ['accepts a correct proof and says by which key it was made and when it ends'] },
    refuses: {
      dpopProofs: [
        'jti missing',
        'htm other',
        'htu other path',
        'iat 61 seconds old',
        'ath missing',
        'nonce stale',
        'typ JWT',
      ],
      tokenAttacks: ['without the key', 'as a bearer token', 'the very request again is worth nothing'],
      tokenEndpoint: ['two proofs'],
    },
  },
  {
    id: 'D/61',
    says: 'CBOR has one encoding for each value; all else is refused.',
    cites: [],
    rows: [61],
    accepts: { cbor: ['Appendix A $hex', 'every value survives the round trip'] },
    refuses: { cbor: ['Appendix F refuses $hex', 'cbor2 refuses $hex ($note)', 'strictness $hex ($note)'] },
  },
]
