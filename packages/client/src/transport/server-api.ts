import {
  type AuthenticationOptionsJSON,
  type AuthenticationOptionsRequest,
  type AuthenticationRequest,
  type CredentialJSON,
  KeyboundError,
  type PasswordSignInRequest,
  type RegistrationOptionsJSON,
  type RegistrationOptionsRequest,
  type RegistrationRequest,
  type SignInAnswer,
} from '@keybound/protocol'
import type { Call } from '../calls/calls.ts'
import type { Step } from '../calls/settle.ts'
import { longestRequest } from '../limits.ts'
import type { Platform, PlatformRequest } from '../platform.ts'
import {
  readAuthenticationOptions,
  readNothing,
  readRegistration,
  readRegistrationOptions,
  readSignIn,
} from './answers.ts'
import { answerInvalid, readProblem } from './problem.ts'

/** How a request is awaited: `call.step`, or `call.commit` where an abort must not tear it. */
export type Await = Call['step']

/** The paths of the server, as functions. Each rejects with the server's code or a client code of the transport. */
export interface ServerApi {
  readonly signInWithPassword: (via: Await, body: PasswordSignInRequest) => Promise<SignInAnswer>
  readonly authenticationOptions: (
    via: Await,
    body: AuthenticationOptionsRequest,
  ) => Promise<AuthenticationOptionsJSON>
  readonly authenticate: (via: Await, body: AuthenticationRequest) => Promise<SignInAnswer>
  readonly registrationOptions: (
    via: Await,
    session: string,
    body: RegistrationOptionsRequest,
  ) => Promise<RegistrationOptionsJSON>
  readonly register: (via: Await, session: string, body: RegistrationRequest) => Promise<CredentialJSON>
  readonly removeCredential: (via: Await, session: string, credentialId: string) => Promise<void>
  readonly checkSession: (via: Await, session: string) => Promise<void>
  readonly endSession: (via: Await, session: string) => Promise<void>
}

/** Makes the functions for one server. */
export function createServerApi(server: string, platform: Platform): ServerApi {
  async function exchange<T>(
    via: Await,
    [method, path]: readonly [PlatformRequest['method'], string],
    { session, body, read }: Exchange<T>,
  ): Promise<T> {
    const request: PlatformRequest = {
      method,
      url: `${server}/v1/${path}`,
      headers: {
        accept: 'application/json',
        ...(body && { 'content-type': 'application/json' }),
        ...(session && { authorization: `Bearer ${session}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
    }
    const step: Step<T> = {
      work: async (signal) => {
        const response = await platform.request(request, signal)
        if (response.status >= 400) throw readProblem(response)
        try {
          return read(response.status === 204 ? undefined : JSON.parse(response.body))
        } catch (cause) {
          throw answerInvalid(cause)
        }
      },
      limit: { milliseconds: longestRequest, expired: noAnswer },
    }
    return via(step)
  }

  return {
    signInWithPassword: (via, body) =>
      exchange(via, ['POST', 'sessions/password'], { body, read: readSignIn }),
    authenticationOptions: (via, body) =>
      exchange(via, ['POST', 'authentication/options'], { body, read: readAuthenticationOptions }),
    authenticate: (via, body) => exchange(via, ['POST', 'authentication'], { body, read: readSignIn }),
    registrationOptions: (via, session, body) =>
      exchange(via, ['POST', 'registration/options'], { session, body, read: readRegistrationOptions }),
    register: (via, session, body) =>
      exchange(via, ['POST', 'registration'], { session, body, read: readRegistration }),
    removeCredential: (via, session, id) =>
      exchange(via, ['DELETE', `credentials/${encodeURIComponent(id)}`], { session, read: readNothing }),
    checkSession: (via, session) => exchange(via, ['GET', 'session'], { session, read: readNothing }),
    endSession: (via, session) => exchange(via, ['DELETE', 'session'], { session, read: readNothing }),
  }
}

interface Exchange<T> {
  readonly session?: string
  readonly body?: object
  readonly read: (value: unknown) => T
}

function noAnswer(): KeyboundError {
  return new KeyboundError(
    'network_unreachable',
    'No answer came from the server in time; check your connection and try again.',
  )
}
