import { completeFrom } from './plain-request.ts'

/** A response as the Node adapter writes it: no web objects, which cost more than all the rest of a small request. */
export interface PlainAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

/**
 * Marks connections of our own Node adapter, which knows how to write a {@link PlainAnswer}. Every other runtime gets
 * real Responses, because it checks for them.
 */
export const takesPlainAnswers: unique symbol = Symbol('keybound takes plain answers')

/** A Response of this answer: a real one, or for our adapter one that becomes real when somebody looks into it. */
export function responseOf(answer: PlainAnswer, plain: boolean): Response {
  return plain ? (new PlainResponse(answer) as unknown as Response) : realResponse(answer)
}

/** The answer, when nobody has looked into the response since it was made. */
export function plainAnswerOf(response: Response): PlainAnswer | undefined {
  return PlainResponse.untouched(response)
}

function realResponse({ status, headers, body }: PlainAnswer): Response {
  return new Response(body, { status, headers })
}

class PlainResponse {
  readonly #answer: PlainAnswer
  #real: Response | undefined

  constructor(answer: PlainAnswer) {
    this.#answer = answer
  }

  static untouched(response: object): PlainAnswer | undefined {
    return #real in response && response.#real === undefined ? response.#answer : undefined
  }

  static real(response: PlainResponse): Response {
    response.#real ??= realResponse(response.#answer)
    return response.#real
  }
}

// Hosts that wrap the handler see no difference.
completeFrom(PlainResponse, Response, PlainResponse.real)
