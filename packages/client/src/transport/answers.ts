import type {
  AssuranceLevel,
  AuthenticationOptionsJSON,
  CredentialJSON,
  RegistrationAnswer,
  RegistrationOptionsJSON,
  SessionJSON,
  SignInAnswer,
} from '@keybound/protocol'
import { longestPrompt } from '../limits.ts'
import {
  anyText,
  base64Url,
  listOf,
  nullable,
  oneOf,
  optional,
  type Reader,
  shape,
  text,
  unexpected,
  whatever,
  whole,
} from '../read.ts'

/** Assurance levels, from low to high. */
export const levels: readonly AssuranceLevel[] = ['W', 'L1', 'L2', 'R']
const flag = oneOf(true, false)
/** Of a credential. */
export const id = base64Url(1)

const session = shape<SessionJSON>({
  token: text,
  account: text,
  acr: oneOf('pwd', ...levels),
  authTime: whole,
  expiresAt: whole,
})

/** Answer of every sign-in. */
export const signInAnswer = shape<SignInAnswer>({
  session,
  registrationGrant: optional(shape({ token: text, expiresAt: whole })),
  deviceToken: text,
})

/** Answer of a registration. */
export const registrationAnswer = shape<RegistrationAnswer>({
  credential: shape<CredentialJSON>({
    id,
    name: anyText,
    level: oneOf(...levels),
    platform: oneOf('web', 'android', 'ios'),
    current: flag,
    backupEligible: flag,
    backedUp: flag,
    transports: listOf(text),
    createdAt: whole,
    lastUsedAt: nullable(whole),
    probationUntil: nullable(whole),
    expiresAt: nullable(whole),
  }),
})

/** 16 bytes, the least that WebAuthn L3 §13.4.3 asks of a challenge. */
const challenge = base64Url(22)

/** Of a prompt, in milliseconds. */
export const timeout: Reader<number> = (value, at) => {
  const milliseconds = whole(value, at)
  return milliseconds <= longestPrompt ? milliseconds : unexpected(at)
}

const credentials = listOf(shape({ type: oneOf('public-key' as const), id }))

/** A server that asks for less than user verification is not followed (WebAuthn L3 §5.8.6). */
export const userVerification = oneOf('required' as const)

/** Options of a registration. What the client does not look at goes to the authenticator as it came. */
export const registrationOptions = whatever<RegistrationOptionsJSON, unknown>(
  shape({
    rp: shape({ id: text, name: text }),
    user: shape({ id, name: text, displayName: anyText }),
    challenge,
    pubKeyCredParams: listOf(shape({ type: oneOf('public-key') })),
    timeout,
    excludeCredentials: credentials,
    authenticatorSelection: shape({ userVerification }),
  }),
)

/** Options of an assertion. What the client does not look at goes to the authenticator as it came. */
export const authenticationOptions = whatever<AuthenticationOptionsJSON, unknown>(
  shape({ rpId: text, challenge, timeout, allowCredentials: credentials, userVerification }),
)

/** An answer without content, or with content that does not matter. */
export const nothing: Reader<void> = () => {}
