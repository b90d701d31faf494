import {
  type AssuranceLevel,
  type AuthenticationOptionsJSON,
  KeyboundError,
  type KeyboundErrorOptions,
  type SessionJSON,
  type SignInAnswer,
} from '@keybound/protocol'
import { longestPrompt } from '../limits.ts'
import {
  base64Url,
  listOf,
  matching,
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
/** Of a credential. */
export const id = base64Url

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

/** 16 bytes, the least that WebAuthn L3 §13.4.3 asks of a challenge. */
export const challenge = matching(/^[\w-]{22,}$/)

/** Of a prompt, in milliseconds. */
export const timeout: Reader<number> = (value, at) =>
  (value as number) <= longestPrompt ? whole(value, at) : unexpected(at)

/** Credentials as a server lists them. */
export const credentials = listOf(shape({ type: oneOf('public-key' as const), id }))

/** A server that asks for less than user verification is not followed (WebAuthn L3 §5.8.6). */
export const userVerification = oneOf('required' as const)

/** Options of an assertion. What the client does not look at goes to the authenticator as it came. */
export const authenticationOptions = whatever<AuthenticationOptionsJSON, unknown>(
  shape({ rpId: text, challenge, timeout, allowCredentials: credentials, userVerification }),
)

/** The error for an answer that this protocol does not know. */
export function answerInvalid(what: string, options?: KeyboundErrorOptions): KeyboundError {
  return new KeyboundError(
    'server_answer_invalid',
    `The server’s answer makes no sense to this app (${what}); check that their versions match.`,
    options,
  )
}
