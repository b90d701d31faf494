import type { CatalogueEntry } from '../entry.ts'

/**
 * Codes of tokens and of the proofs that go with them. On protected routes they travel in `WWW-Authenticate` and a
 * problem; on the token endpoint the status is 400 and the same JSON carries `error` of RFC 6749 §5.2.
 */
export const tokenErrors = {
  dpop_proof_required: {
    status: 401,
    title: 'DPoP proof required',
    happened: 'The request carries no DPoP header, or more than one.',
    whatToDo: 'Send exactly one DPoP header with a proof made for this very request.',
  },
  dpop_proof_malformed: {
    status: 401,
    title: 'DPoP proof malformed',
    happened: 'The DPoP header is not one strict JWT of type dpop+jwt with the claims jti, htm, htu and iat.',
    whatToDo: 'Make the proof as RFC 9449 section 4.2 says; the detail names the member.',
  },
  dpop_algorithm_not_allowed: {
    status: 401,
    title: 'DPoP algorithm not allowed',
    happened: 'The proof is signed with an algorithm this server does not accept.',
    whatToDo: 'Use an algorithm the server names in its metadata; ES256 is always among them.',
  },
  dpop_key_invalid: {
    status: 401,
    title: 'DPoP key invalid',
    happened:
      'The proof’s header holds no public key of the type its algorithm needs, or holds a private one.',
    whatToDo: 'Put the public key, and nothing private, into the jwk header member.',
  },
  dpop_signature_invalid: {
    status: 401,
    title: 'DPoP signature invalid',
    happened: 'The proof was not signed by the key in its header.',
    whatToDo: 'Sign the proof with the private half of the key it names.',
  },
  dpop_method_mismatch: {
    status: 401,
    title: 'DPoP proof for another method',
    happened: 'The proof was made for another HTTP method.',
    whatToDo: 'Make a proof for each request; proofs are never reused.',
  },
  dpop_uri_mismatch: {
    status: 401,
    title: 'DPoP proof for another address',
    happened: 'The proof was made for another address than the public one of this route.',
    whatToDo: 'Use the address the server is known under; behind a proxy, check the server’s publicUrl.',
  },
  dpop_proof_expired: {
    status: 401,
    title: 'DPoP proof not of now',
    happened: 'The proof was made too long ago, or carries a time in the future.',
    whatToDo: 'Make a new proof for each request and check the clock of the device.',
  },
  dpop_nonce_required: {
    status: 401,
    title: 'DPoP nonce required',
    happened: 'The proof carries no nonce of this server, or one that has been replaced.',
    whatToDo: 'Repeat the request once with the nonce of the DPoP-Nonce header in the proof.',
  },
  dpop_token_mismatch: {
    status: 401,
    title: 'DPoP proof for another token',
    happened: 'The proof was made for another access token than the one it came with.',
    whatToDo: 'Put the SHA-256 of the access token that is sent into the claim ath.',
  },
  dpop_key_mismatch: {
    status: 401,
    title: 'DPoP proof by another key',
    happened: 'The token is bound to another key than the one that made the proof.',
    whatToDo: 'Use the token on the device and in the session it was issued to.',
  },
  dpop_proof_replayed: {
    status: 401,
    title: 'DPoP proof used',
    happened: 'This proof has been used already; each proof serves once.',
    whatToDo: 'Make a new proof with a jti of its own for each request.',
  },
  access_token_required: {
    status: 401,
    title: 'Access token required',
    happened: 'The request carries no access token.',
    whatToDo: 'Sign in and send the token as Authorization: DPoP together with a proof.',
  },
  access_token_malformed: {
    status: 401,
    title: 'Access token malformed',
    happened: 'The token is not one strict JWT of type at+jwt with the claims RFC 9068 requires.',
    whatToDo: 'Send the token exactly as the token endpoint gave it.',
  },
  access_token_signature_invalid: {
    status: 401,
    title: 'Access token not ours',
    happened: 'The token was not signed by a current key of the expected issuer.',
    whatToDo: 'Get a new token from the issuer.',
  },
  access_token_expired: {
    status: 401,
    title: 'Access token expired',
    happened: 'The token is not valid at this time.',
    whatToDo: 'Refresh it; check the server clocks if it is new.',
  },
  access_token_issuer_mismatch: {
    status: 401,
    title: 'Access token of another issuer',
    happened: 'The token was issued by another issuer than the expected one.',
    whatToDo: 'Get a token from the issuer this resource trusts.',
  },
  access_token_audience_mismatch: {
    status: 401,
    title: 'Access token for another resource',
    happened: 'The token was issued for another resource.',
    whatToDo: 'Ask the token endpoint for a token for this resource.',
  },
  access_token_realm_mismatch: {
    status: 401,
    title: 'Access token of another realm',
    happened: 'The token belongs to another tenant or application of the issuer.',
    whatToDo: 'Get a token from the realm you sign in to.',
  },
  access_token_unbound: {
    status: 401,
    title: 'Access token not bound to a key',
    happened: 'The token names no key, or was sent as a bearer token although it is bound to one.',
    whatToDo: 'Send bound tokens as Authorization: DPoP with a proof; bearer tokens are not accepted.',
  },
  access_token_revoked: {
    status: 401,
    title: 'Session revoked',
    happened: 'The session this token belongs to was ended.',
    whatToDo: 'Sign in again.',
  },
  issuer_keys_unavailable: {
    status: 503,
    title: 'Issuer’s keys unavailable',
    happened: 'The resource server cannot read the public keys of the issuer now.',
    whatToDo: 'Try again; on the server, check the address of the keys and the connection to it.',
  },
  step_up_required: {
    status: 401,
    title: 'Fresh biometric signature required',
    happened: 'The route needs a stronger or more recent sign-in than the one behind this token.',
    whatToDo: 'Sign in again as acr_values and max_age of the WWW-Authenticate header say, then repeat.',
  },
  refresh_token_invalid: {
    status: 400,
    title: 'Refresh token invalid',
    happened: 'The refresh token was not made by this server for this client, or its session is gone.',
    whatToDo: 'Sign in again.',
  },
  refresh_token_expired: {
    status: 400,
    title: 'Refresh token expired',
    happened: 'The session reached its idle or absolute limit.',
    whatToDo: 'Sign in again.',
  },
  refresh_token_revoked: {
    status: 400,
    title: 'Session revoked',
    happened: 'The session was ended: by the user, with the device or account, or after a sign of theft.',
    whatToDo: 'Sign in again.',
  },
  refresh_token_replayed: {
    status: 400,
    title: 'Refresh token used again',
    happened: 'An outdated refresh token was presented; its session was ended because it may be a copy.',
    whatToDo: 'Sign in again; no other device is affected.',
  },
  refresh_token_superseded: {
    status: 400,
    title: 'Refresh request overtaken',
    happened: 'The request was made before the last refresh and arrived after it; nothing was changed.',
    whatToDo: 'Go on with the newest refresh token.',
  },
  refresh_token_key_mismatch: {
    status: 400,
    title: 'Refresh token of another device',
    happened: 'The refresh token was presented with another key than its own; its session was ended.',
    whatToDo: 'Sign in again; no other device is affected.',
  },
  family_unknown: {
    status: 404,
    title: 'Session unknown',
    happened: 'The account has no such session, or it has ended already.',
    whatToDo: 'List the sessions again.',
  },
  client_unknown: {
    status: 400,
    title: 'Client unknown',
    happened: 'The client_id is missing or is not one of the configured apps.',
    whatToDo: 'Send the client_id of an app in the server options.',
  },
  grant_type_unsupported: {
    status: 400,
    title: 'Grant type unsupported',
    happened: 'The token endpoint does not know this grant type.',
    whatToDo: 'Use refresh_token or urn:keybound:params:oauth:grant-type:webauthn.',
  },
  resource_unknown: {
    status: 400,
    title: 'Resource unknown',
    happened: 'The requested resource is not one of the configured ones.',
    whatToDo: 'Ask for one configured resource, or for none to get the default.',
  },
  scope_not_supported: {
    status: 400,
    title: 'Scopes not supported',
    happened: 'The request asks for a scope, and this server grants none.',
    whatToDo: 'Leave scope out; what a token may do follows from its account and its acr.',
  },
  session_key_proof_invalid: {
    status: 400,
    title: 'Session key not proven',
    happened:
      'The session key was not endorsed by the proof key, or did not prove itself in the same request.',
    whatToDo: 'Send a session key proof that names the proof key, and name its thumbprint in the DPoP proof.',
  },
  proof_key_mismatch: {
    status: 400,
    title: 'Other proof key than registered',
    happened:
      'A phone signed in with its credential, but with another proof key than the one registered with it.',
    whatToDo: 'Sign in with the registered proof key; if it is gone, register the phone again.',
  },
  session_key_not_allowed: {
    status: 400,
    title: 'Session key not allowed',
    happened: 'At this level the policy wants the proof key on every call.',
    whatToDo: 'Leave out the session key and make proofs with the proof key.',
  },
} as const satisfies Record<string, CatalogueEntry>
