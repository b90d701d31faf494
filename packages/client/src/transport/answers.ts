import type {
  Acr,
  AssuranceLevel,
  AuthenticationOptionsJSON,
  CredentialJSON,
  RegistrationOptionsJSON,
  SessionJSON,
  SignInAnswer,
} from '@keybound/protocol'
import { longestPrompt } from '../limits.ts'
import { base64Url, list, object, oneOf, text, Unexpected, whole } from './read.ts'

/** 16 bytes, the least that WebAuthn L3 §13.4.3 asks of a challenge, in base64url. */
const shortestChallenge = 22

const levels: readonly AssuranceLevel[] = ['W', 'L1', 'L2', 'R']
const acrs: readonly Acr[] = ['pwd', ...levels]

/** Answer of every sign-in. */
export function readSignIn(value: unknown): SignInAnswer {
  const answer = object(value, 'answer')
  const grant = answer.registrationGrant
  return {
    session: readSession(answer.session),
    ...(grant === undefined ? undefined : { registrationGrant: readGrant(grant) }),
    deviceToken: text(answer.deviceToken, 'deviceToken'),
  }
}

function readSession(value: unknown): SessionJSON {
  const session = object(value, 'session')
  return {
    token: text(session.token, 'session.token'),
    account: text(session.account, 'session.account'),
    acr: oneOf(session.acr, 'session.acr', acrs),
    authTime: whole(session.authTime, 'session.authTime'),
    expiresAt: whole(session.expiresAt, 'session.expiresAt'),
  }
}

function readGrant(value: unknown) {
  const grant = object(value, 'registrationGrant')
  return {
    token: text(grant.token, 'registrationGrant.token'),
    expiresAt: whole(grant.expiresAt, 'registrationGrant.expiresAt'),
  }
}

/** Options of a registration. Members the client does not look at go to the authenticator as they came. */
export function readRegistrationOptions(value: unknown): RegistrationOptionsJSON {
  const options = object(value, 'options')
  text(object(options.rp, 'rp').id, 'rp.id')
  const user = object(options.user, 'user')
  base64Url(user.id, 'user.id')
  text(user.name, 'user.name')
  readCeremony(options)
  list(options.pubKeyCredParams, 'pubKeyCredParams', object)
  list(options.excludeCredentials, 'excludeCredentials', readDescriptor)
  const selection = object(options.authenticatorSelection, 'authenticatorSelection')
  requireVerification(selection.userVerification, 'authenticatorSelection.userVerification')
  return value as RegistrationOptionsJSON
}

/** Options of an assertion. Members the client does not look at go to the authenticator as they came. */
export function readAuthenticationOptions(value: unknown): AuthenticationOptionsJSON {
  const options = object(value, 'options')
  text(options.rpId, 'rpId')
  readCeremony(options)
  list(options.allowCredentials, 'allowCredentials', readDescriptor)
  requireVerification(options.userVerification, 'userVerification')
  return value as AuthenticationOptionsJSON
}

function readCeremony(options: Record<string, unknown>): void {
  base64Url(options.challenge, 'challenge', shortestChallenge)
  whole(options.timeout, 'timeout', longestPrompt)
}

function readDescriptor(value: unknown, at: string): void {
  const descriptor = object(value, at)
  oneOf(descriptor.type, `${at}.type`, ['public-key'])
  base64Url(descriptor.id, `${at}.id`)
}

/** A server that asks for less than user verification is not followed (WebAuthn L3 §5.8.6). */
function requireVerification(value: unknown, at: string): void {
  oneOf(value, at, ['required'])
}

/** Answer of a registration. */
export function readRegistration(value: unknown): CredentialJSON {
  const credential = object(object(value, 'answer').credential, 'credential')
  const { backupEligible, backedUp, lastUsedAt } = credential
  if (typeof credential.name !== 'string') throw new Unexpected('credential.name', 'text')
  return {
    id: base64Url(credential.id, 'credential.id'),
    name: credential.name,
    level: oneOf(credential.level, 'credential.level', levels),
    backupEligible: oneOf(backupEligible, 'credential.backupEligible', [true, false]),
    backedUp: oneOf(backedUp, 'credential.backedUp', [true, false]),
    transports: list(credential.transports, 'credential.transports', text),
    createdAt: whole(credential.createdAt, 'credential.createdAt'),
    lastUsedAt: lastUsedAt === null ? null : whole(lastUsedAt, 'credential.lastUsedAt'),
  }
}

/** An answer without content. */
export function readNothing(): void {}
