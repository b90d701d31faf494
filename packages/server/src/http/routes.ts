import type { SessionAnswer } from '@keybound/protocol'
import * as schemas from '@keybound/protocol/schemas'
import { authenticate } from '../authentication/authenticate.ts'
import { authenticationOptions } from '../authentication/options.ts'
import { listCredentials, removeCredential } from '../credentials/credentials.ts'
import { vouchByDevice } from '../devices/vouch.ts'
import { evidenceCodes } from '../evidence/codes.ts'
import { grantRequired } from '../grant/grant.ts'
import type { ServerContext } from '../internal/context.ts'
import { acknowledgeNotice, listNotices } from '../notices/notices.ts'
import { type Passwords, signInWithPassword } from '../password/sign-in.ts'
import { registrationOptions } from '../registration/options.ts'
import { register } from '../registration/register.ts'
import { endAllSessions, endSession } from '../sessions/sessions.ts'
import { createTokenRoutes } from '../tokens/endpoint/routes.ts'
import type { Tokens } from '../tokens/endpoint/tokens.ts'
import { stepUpAnswer } from '../transactions/step-up.ts'
import { ceremonyCodes } from './ceremony-codes.ts'
import { errorPage } from './error-page.ts'
import { openApiDocument } from './openapi.ts'
import { openRoute, type Route, sessionRoute } from './route.ts'

/** Every path of the server. */
export function createRoutes(
  publicUrl: string,
  passwords: Passwords,
  tokens?: Tokens,
  more: readonly Route[] = [],
): readonly Route[] {
  const routes: Route[] = [
    ...sessionRoutes(passwords),
    ...registrationRoutes,
    ...vouchingRoutes,
    ...authenticationRoutes(tokens),
    ...credentialRoutes,
    ...noticeRoutes,
    ...(tokens === undefined ? [] : createTokenRoutes(tokens)),
    ...more,
    openRoute({
      method: 'GET',
      path: '/v1/errors/:code',
      summary: 'What an error code means and what to do',
      codes: ['not_found'],
      handle: ({ params, request }) => errorPage(params.code ?? '', request.headers.get('accept')),
    }),
    openRoute({
      method: 'GET',
      path: '/v1/openapi.json',
      summary: 'This description',
      codes: [],
      handle: () => ({ json: description }),
    }),
  ]
  const description = openApiDocument(routes, publicUrl)
  return routes
}

/** Codes of whatever needs a registration grant. */
const grantCodes = ['grant_required', 'grant_invalid', 'grant_expired', 'grant_insufficient'] as const
const missingGrant = { member: 'grant', refuse: grantRequired }

function sessionRoutes(passwords: Passwords): readonly Route[] {
  return [
    openRoute({
      method: 'POST',
      path: '/v1/sessions/password',
      summary: 'Sign in with user name and password; the answer carries a registration grant',
      body: schemas.passwordSignInRequest,
      answer: schemas.signInAnswer,
      codes: ['password_wrong', 'too_many_attempts', 'overloaded'],
      handle: async ({ context, body, clientAddress }) => ({
        json: await signInWithPassword(context, passwords, body, clientAddress),
      }),
    }),
    sessionRoute({
      method: 'GET',
      path: '/v1/session',
      summary: 'The session of this request',
      answer: schemas.sessionAnswer,
      codes: [],
      handle: ({ session: { account, acr, authTime, expiresAt } }) => ({
        json: { account, acr, authTime, expiresAt } satisfies SessionAnswer,
      }),
    }),
    openRoute({
      method: 'DELETE',
      path: '/v1/session',
      summary: 'Sign out; also when the server no longer knows the session',
      answer: null,
      codes: ['session_required'],
      handle: async ({ context, request }) => {
        await endSession(context, request.headers.get('authorization'))
        return { status: 204 }
      },
    }),
    sessionRoute({
      method: 'DELETE',
      path: '/v1/sessions',
      summary: 'Sign out everywhere: end all sessions of this account, of whichever kind, this one too',
      answer: null,
      codes: [],
      handle: async ({ context, session }) => {
        await endAllSessions(context, session.account)
        return { status: 204 }
      },
    }),
  ]
}

const registrationRoutes: readonly Route[] = [
  sessionRoute({
    method: 'POST',
    path: '/v1/registration/options',
    summary: 'Options for navigator.credentials.create()',
    body: schemas.registrationOptionsRequest,
    missing: missingGrant,
    answer: schemas.registrationOptions,
    codes: grantCodes,
    handle: async ({ context, session, body }) => ({
      json: await registrationOptions(context, session, body),
    }),
  }),
  sessionRoute({
    method: 'POST',
    path: '/v1/registration',
    summary: 'Register the key that was made; repeating the request repeats the answer',
    body: schemas.registrationRequest,
    missing: missingGrant,
    answer: schemas.registrationAnswer,
    codes: [
      ...grantCodes,
      'grant_used',
      ...ceremonyCodes,
      'challenge_account_mismatch',
      ...evidenceCodes,
      'attestation_status_unavailable',
      'algorithm_not_allowed',
      'device_commitment_mismatch',
      'app_attest_key_used',
      'credential_exists',
      'credential_limit_reached',
      'credential_unknown',
    ],
    handle: async ({ context, session, family, body }) => ({
      json: await register(context, session, family, body),
    }),
  }),
]

const vouchingRoutes: readonly Route[] = [
  sessionRoute({
    method: 'POST',
    path: '/v1/registration/voucher',
    summary: 'A grant for the next device of this account, by one that signed in just now',
    answer: schemas.registrationGrant,
    codes: ['step_up_required', 'device_on_probation'],
    handle: async ({ context, request, session, family }) => {
      try {
        return { json: await vouchByDevice(context, session, family) }
      } catch (error) {
        return stepUpAnswer(context, request, error, context.policy.grant.lifetime)
      }
    },
  }),
]

function authenticationRoutes(tokens: Tokens | undefined): readonly Route[] {
  return [
    openRoute({
      method: 'POST',
      path: '/v1/authentication/options',
      summary: 'Options for navigator.credentials.get(); alike for accounts that exist and those that do not',
      body: schemas.authenticationOptionsRequest,
      answer: schemas.authenticationOptions,
      codes: [],
      // With the nonce of the proof that comes next (RFC 9449 §8.2), so that a browser need not be refused to learn it.
      handle: async ({ context, body }) => ({
        json: await authenticationOptions(context, body),
        headers: await nonceHeader(context, tokens),
      }),
    }),
    openRoute({
      method: 'POST',
      path: '/v1/authentication',
      summary: 'Sign in with a key',
      body: schemas.authenticationRequest,
      answer: schemas.signInAnswer,
      codes: [
        ...ceremonyCodes,
        'backup_eligibility_changed',
        'credential_unknown',
        'credential_account_mismatch',
        'credential_expired',
        'sign_count_replayed',
        ...evidenceCodes,
      ],
      handle: async ({ context, body, clientAddress }) => ({
        json: await authenticate(context, body, clientAddress),
      }),
    }),
  ]
}

async function nonceHeader(
  { now }: ServerContext,
  tokens: Tokens | undefined,
): Promise<Record<string, string>> {
  const nonce = await tokens?.context.proofs.nonce(now())
  return nonce === undefined ? {} : { 'dpop-nonce': nonce }
}

const credentialRoutes: readonly Route[] = [
  sessionRoute({
    method: 'GET',
    path: '/v1/credentials',
    summary: 'The keys of this account',
    answer: schemas.credentialsAnswer,
    codes: [],
    handle: async ({ context, session, family }) => ({
      json: await listCredentials(context, session, family),
    }),
  }),
  sessionRoute({
    method: 'DELETE',
    path: '/v1/credentials/:id',
    summary: 'Remove a key of this account and end the sessions it opened, but for the one that asks',
    answer: null,
    codes: ['credential_unknown'],
    handle: async ({ context, session, family, params }) => {
      await removeCredential(context, session, family, params.id ?? '')
      return { status: 204 }
    },
  }),
]

const noticeRoutes: readonly Route[] = [
  sessionRoute({
    method: 'GET',
    path: '/v1/notices',
    summary: 'Keys of this account that other devices registered or removed, until acknowledged here',
    answer: schemas.noticesAnswer,
    codes: [],
    handle: async ({ context, session, family }) => ({ json: await listNotices(context, session, family) }),
  }),
  sessionRoute({
    method: 'DELETE',
    path: '/v1/notices/:id',
    summary: 'Acknowledge a notice on this device',
    answer: null,
    codes: ['notice_unknown'],
    handle: async ({ context, session, family, params }) => {
      await acknowledgeNotice(context, session, family, params.id ?? '')
      return { status: 204 }
    },
  }),
]
