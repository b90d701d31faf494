import { requestLimit } from '../calls/request-limit.ts'
import type { Await } from '../calls/settle.ts'
import type { PlatformRequest, PlatformResponse } from '../platform.ts'
import { type Reader, readJson } from '../read.ts'
import { answerInvalid } from './answers.ts'
import { readProblem } from './problem.ts'

/** Asks one server a path below `/v1/`. Rejects with the server's code or a client code of the transport. */
export type Exchange = <T = void>(
  via: Await,
  path: readonly [PlatformRequest['method'], string],
  asked: Asked<T>,
) => Promise<T>

/** What sends requests: the platform, or what knows how to carry the token of a `session` that is no opaque one. */
export interface Sender {
  readonly request: (
    request: PlatformRequest,
    signal: AbortSignal,
    session?: string,
  ) => Promise<PlatformResponse>
}

/** Makes it. */
export function createExchange(server: string, sender: Sender): Exchange {
  return (via, [method, path], { session, body, read }) => {
    const request: PlatformRequest = {
      method,
      url: `${server}/v1/${path}`,
      headers: {
        ...(body && { 'content-type': 'application/json' }),
        ...(session && { authorization: `Bearer ${session}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
    }
    const send = async (signal: AbortSignal) =>
      readAnswer(await sender.request(request, signal, session), read)
    return via(send, requestLimit)
  }
}

/**
 * What a response says; throws what it refuses with, and `server_answer_invalid` for what cannot be read. Without `read`
 * nothing in it matters, as long as it is JSON.
 */
export function readAnswer<T = void>(response: PlatformResponse, read: Reader<T> = () => undefined as T): T {
  if (response.status >= 400) throw readProblem(response)
  try {
    return read(response.body && readJson(response.body), 'answer')
  } catch (cause) {
    throw answerInvalid((cause as Error).message, { cause })
  }
}

/** What goes with a request, and how its answer is read. */
export interface Asked<T = void> {
  readonly session?: string
  readonly body?: object
  /** Left out where nothing in the answer matters. */
  readonly read?: Reader<T> | undefined
}
