import type {
  AuthenticationOptionsJSON,
  AuthenticationOptionsRequest,
  AuthenticationRequest,
  PasswordSignInRequest,
  RegistrationAnswer,
  RegistrationOptionsJSON,
  RegistrationOptionsRequest,
  RegistrationRequest,
  SignInAnswer,
} from '@keybound/protocol'
import type { Await } from '../calls/calls.ts'
import { requestLimit } from '../calls/request-limit.ts'
import type { Step } from '../calls/settle.ts'
import type { PlatformRequest, PlatformResponse } from '../platform.ts'
import { type Reader, readJson } from '../read.ts'
import {
  authenticationOptions,
  nothing,
  registrationAnswer,
  registrationOptions,
  signInAnswer,
} from './answers.ts'
import { answerInvalid, readProblem } from './problem.ts'

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
  readonly register: (via: Await, session: string, body: RegistrationRequest) => Promise<RegistrationAnswer>
  readonly removeCredential: (via: Await, session: string, credentialId: string) => Promise<void>
  readonly endSession: (via: Await, session: string) => Promise<void>
  /** Any other path below `/v1/`. */
  readonly exchange: <T>(
    via: Await,
    path: readonly [PlatformRequest['method'], string],
    exchange: Exchange<T>,
  ) => Promise<T>
}

/** What sends requests: the platform, or what knows how to carry the token of a `session` that is no opaque one. */
export interface Sender {
  readonly request: (
    request: PlatformRequest,
    signal: AbortSignal,
    session?: string,
  ) => Promise<PlatformResponse>
}

/** Makes the functions for one server. */
export function createServerApi(server: string, sender: Sender): ServerApi {
  async function exchange<T>(
    via: Await,
    [method, path]: readonly [PlatformRequest['method'], string],
    { session, body, read }: Exchange<T>,
  ): Promise<T> {
    const request: PlatformRequest = {
      method,
      url: `${server}/v1/${path}`,
      headers: {
        ...(body && { 'content-type': 'application/json' }),
        ...(session && { authorization: `Bearer ${session}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
    }
    const step: Step<T> = {
      work: async (signal) => {
        const response = await sender.request(request, signal, session)
        if (response.status >= 400) throw readProblem(response)
        try {
          return read(response.status === 204 ? undefined : readJson(response.body), 'answer')
        } catch (cause) {
          throw answerInvalid(cause)
        }
      },
      limit: requestLimit,
    }
    return via(step)
  }

  return {
    exchange,
    signInWithPassword: (via, body) =>
      exchange(via, ['POST', 'sessions/password'], { body, read: signInAnswer }),
    authenticationOptions: (via, body) =>
      exchange(via, ['POST', 'authentication/options'], { body, read: authenticationOptions }),
    authenticate: (via, body) => exchange(via, ['POST', 'authentication'], { body, read: signInAnswer }),
    registrationOptions: (via, session, body) =>
      exchange(via, ['POST', 'registration/options'], { session, body, read: registrationOptions }),
    register: (via, session, body) =>
      exchange(via, ['POST', 'registration'], { session, body, read: registrationAnswer }),
    removeCredential: (via, session, id) =>
      exchange(via, ['DELETE', `credentials/${encodeURIComponent(id)}`], { session, read: nothing }),
    endSession: (via, session) => exchange(via, ['DELETE', 'session'], { session, read: nothing }),
  }
}

/** One exchange: what goes with it, and how its answer is read. */
export interface Exchange<T> {
  readonly session?: string
  readonly body?: object
  readonly read: Reader<T>
}
